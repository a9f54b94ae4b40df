import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import type { AppError } from '../../platform/errors/app-error.js';
import type { Authentication, Authenticator } from '../access/authenticator.js';
import { Authenticators } from '../access/authenticators.js';
import { invalidToken, issuerUnavailable } from '../auth.errors.js';
import { AccessTokens } from './access-tokens.js';
import { claimedAccount } from './claimed-account.js';

/** `Authorization: Bearer` with a token68 value (RFC 6750 §2.1, RFC 9110 §11.4). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Longer ones are no tokens of ours and would only cost hashing. */
const MAX_TOKEN_LENGTH = 8192;

/** Access tokens of the issuer, sent as `Authorization: Bearer`. */
@Injectable()
export class BearerAuthenticator implements Authenticator, OnModuleInit {
  private readonly accountKey: Buffer;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly authenticators: Authenticators,
    derivedKeys: DerivedKeys,
  ) {
    this.accountKey = derivedKeys.keyFor('auth/claimed-account');
  }

  onModuleInit(): void {
    this.authenticators.add(this);
  }

  /** The raw headers, because Node silently keeps only the first of several `Authorization` fields. */
  countCredentials(request: FastifyRequest): number {
    const { rawHeaders } = request.raw;
    let count = hasTokenInQuery(request) ? 1 : 0;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      count += rawHeaders[index]?.toLowerCase() === 'authorization' ? 1 : 0;
    }
    return count;
  }

  async authenticate(request: FastifyRequest): Promise<Authentication> {
    // A token in a URL ends up in logs, histories and referrers (RFC 9700 §4.3.2): never accepted.
    if (hasTokenInQuery(request)) {
      return refuse('credential_in_url');
    }
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (!token || token.length > MAX_TOKEN_LENGTH) {
      return refuse('malformed_credential');
    }
    const verdict = await this.tokens.verify(token);
    if (verdict.ok) {
      return verdict;
    }
    switch (verdict.reason) {
      case 'keys_unavailable':
        return refuse(verdict.reason, issuerUnavailable(verdict.cause));
      case 'signature':
        return {
          ...refuse(verdict.reason, invalidToken(verdict.cause)),
          account: claimedAccount(token, this.accountKey),
        };
      default:
        return {
          ...refuse(verdict.reason),
          isOutdated: verdict.reason === 'expired',
          account: claimedAccount(token, this.accountKey),
        };
    }
  }
}

function hasTokenInQuery(request: FastifyRequest): boolean {
  return Object.hasOwn(request.query as object, 'access_token');
}

function refuse(reason: string, error: AppError = invalidToken()) {
  return { ok: false, reason, error } as const;
}
