import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Authentication, Authenticator } from '../../auth/access/authenticator.js';
import { Authenticators } from '../../auth/access/authenticators.js';
import { Clock } from '../../platform/clock/clock.js';
import type { ApiKey } from '../api-key.js';
import { ApiKeysConfig } from '../api-keys.config.js';
import { invalidKey } from '../api-keys.errors.js';
import type { KnownKey } from '../api-keys.repository.js';
import { readKey, type PresentedKey } from '../secret/api-key-text.js';
import { KeyUsage } from '../usage/key-usage.js';
import { judgeKey, type KeyVerdict } from './judge-key.js';
import { KeyCache } from './key-cache.js';

const HEADER = 'x-api-key';
/** Where people put keys that should be in the header. What stood in a URL is in many logs. */
const QUERY_NAMES = ['api_key', 'apikey', 'api-key', 'x-api-key'];

const DAY_MILLISECONDS = 86_400_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the caller was authenticated by; absent for every other credential. */
    apiKey?: ApiKey & {
      /** It came with the secret before the last rotation. */
      readonly isSuperseded: boolean;
    };
  }
}

/** The keys of programs, sent as `X-API-Key`. */
@Injectable()
export class ApiKeyAuthenticator implements Authenticator, OnModuleInit {
  constructor(
    private readonly config: ApiKeysConfig,
    private readonly authenticators: Authenticators,
    private readonly cache: KeyCache,
    private readonly usage: KeyUsage,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.authenticators.add(this);
  }

  /** The raw headers, because Node joins several fields of this name into one. */
  countCredentials({ raw, query }: FastifyRequest): number {
    let count = QUERY_NAMES.filter((name) => Object.hasOwn(query as object, name)).length;
    for (let index = 0; index < raw.rawHeaders.length; index += 2) {
      count += raw.rawHeaders[index]?.toLowerCase() === HEADER ? 1 : 0;
    }
    return count;
  }

  async authenticate(request: FastifyRequest): Promise<Authentication> {
    const text = request.headers[HEADER];
    if (typeof text !== 'string') {
      return refuse('credential_in_url');
    }
    const presented = readKey(text);
    if (presented?.environment !== this.config.environment) {
      return refuse(presented ? 'api_key_environment' : 'api_key_malformed');
    }
    return this.judge(presented, request);
  }

  /** A refusal is never taken from memory: the key may have been rotated a moment ago. */
  private async judge({ id, secret }: PresentedKey, request: FastifyRequest): Promise<Authentication> {
    const now = new Date(this.clock.nowMilliseconds());
    const presentation = { secret, address: request.ip, now };
    const remembered = this.cache.peek(id);
    let known: KnownKey | null = remembered ?? null;
    let verdict = remembered && judgeKey(remembered.key, presentation, this.config.peppers);
    if (!verdict?.ok) {
      known = await this.cache.read(id);
      verdict = known ? judgeKey(known.key, presentation, this.config.peppers) : undefined;
    }
    if (!known || !verdict) {
      return { ...refuse('api_key_unknown'), account: accountOf(id) };
    }
    if (!verdict.ok) {
      return this.refuseKnown(known.key, verdict.reason, request);
    }
    return this.accept(known, verdict, secret, request);
  }

  /** The secret of a dead key is right, or it comes from elsewhere: its owner should know. */
  private refuseKnown(key: ApiKey, reason: string, request: FastifyRequest): Authentication {
    if (reason !== 'api_key_unknown') {
      const { owner, tenantId, id } = key;
      request.trail.actor = { subject: owner, tenantId, clientId: null, credentialId: id };
      this.usage.reportDeadUse(key, reason, request);
    }
    return { ...refuse(reason), isOutdated: reason === 'api_key_expired', account: accountOf(key.id) };
  }

  private accept(
    known: KnownKey,
    verdict: KeyVerdict & { ok: true },
    secret: string,
    request: FastifyRequest,
  ): Authentication {
    const { key } = known;
    const { id, owner, tenantId, ratePlan, scopes, isReadOnly } = key;
    request.trail.actor = { subject: owner, tenantId, clientId: null, credentialId: id };
    request.apiKey = { ...key, isSuperseded: verdict.isSuperseded };
    this.usage.record(known, { secret, isSuperseded: verdict.isSuperseded }, request);
    return {
      ok: true,
      headers: this.announce(key, verdict, request),
      principal: {
        subject: owner,
        tenantId,
        clientId: null,
        credentialId: id,
        issuedAtSeconds: key.createdAt.getTime() / 1000,
        ratePlan,
        scopes: new Set(scopes),
        roles: new Set(),
        isReadOnly,
      },
    };
  }

  /** A client that reads headers learns in time that its secret ends. */
  private announce(
    key: ApiKey,
    { expiresAt, isSuperseded }: KeyVerdict & { ok: true },
    request: FastifyRequest,
  ): Record<string, string> {
    const daysLeft = (expiresAt.getTime() - this.clock.nowMilliseconds()) / DAY_MILLISECONDS;
    // A key that lives a week is not announced for all of it.
    const noticeDays = Math.min(this.config.noticeDays, key.lifetimeDays / 2);
    if (!isSuperseded && daysLeft > noticeDays) {
      return {};
    }
    this.usage.reportEnding(key, { daysLeft: Math.floor(daysLeft), isSuperseded }, request);
    return {
      'x-api-key-expires': expiresAt.toISOString(),
      ...(isSuperseded ? { 'x-api-key-superseded': 'true' } : {}),
    };
  }
}

/** The id of a key is no secret. */
const accountOf = (id: string): string => `key:${id}`;

function refuse(reason: string) {
  return { ok: false, reason, error: invalidKey() } as const;
}
