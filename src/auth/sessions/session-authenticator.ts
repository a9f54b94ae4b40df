import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { hostCookieValues } from '../../platform/http/cookies.js';
import type { AppError } from '../../platform/errors/app-error.js';
import type { Authentication, Authenticator } from '../access/authenticator.js';
import { Authenticators } from '../access/authenticators.js';
import '../access/session-alone.decorator.js';
import { issuerUnavailable } from '../auth.errors.js';
import { SessionConfig } from '../session.config.js';
import { sessionEnded } from '../session.errors.js';
import { AccessTokens, type TokenVerdict } from '../tokens/access-tokens.js';
import { endOf, type Session } from './session.js';
import { isSessionSecret, SESSION_COOKIE } from './session-cookie.js';
import { SessionRenewal } from './session-renewal.js';
import { SessionsService } from './sessions.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The session that the caller was authenticated by; absent for every other credential. */
    session?: Session;
  }
}

/**
 * The cookie of a session. Behind it stands an access token of the issuer, which is verified on
 * each request like one that a caller sends: a session is never good for more than its token.
 */
@Injectable()
export class SessionAuthenticator implements Authenticator, OnModuleInit {
  constructor(
    private readonly config: SessionConfig,
    private readonly authenticators: Authenticators,
    private readonly sessions: SessionsService,
    private readonly renewal: SessionRenewal,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (this.config.clientId !== undefined) {
      this.authenticators.add(this);
    }
  }

  countCredentials({ headers }: FastifyRequest): number {
    return hostCookieValues(headers.cookie, SESSION_COOKIE).length;
  }

  async authenticate(request: FastifyRequest): Promise<Authentication> {
    const [secret = ''] = hostCookieValues(request.headers.cookie, SESSION_COOKIE);
    if (!isSessionSecret(secret)) {
      return refuse('malformed_credential');
    }
    const session = await this.sessions.findBySecret(secret);
    if (!session) {
      // Nobody guesses 256 bits: it is a session that has ended, in a browser that does not know it.
      return { ...refuse('session_unknown'), isOutdated: true };
    }
    const { id, subject, tenantId } = session;
    request.trail.actor = { subject, tenantId, clientId: null, credentialId: id };
    if (endOf(session).getTime() <= this.clock.nowMilliseconds()) {
      const reason = session.expiresAt <= session.idleExpiresAt ? 'lifetime' : 'idle';
      await this.sessions.end(tenantId, { id }, reason, request);
      return { ...refuse('session_expired'), isOutdated: true };
    }
    if (request.routeOptions.config.isSessionEnough) {
      request.session = session;
      const nothing: ReadonlySet<string> = new Set();
      const principal = {
        subject,
        tenantId,
        clientId: null,
        credentialId: id,
        issuedAtSeconds: issueOf(session),
        scopes: nothing,
        roles: nothing,
      };
      return { ok: true, principal };
    }
    return this.authenticateAs(session, request);
  }

  private async authenticateAs(session: Session, request: FastifyRequest): Promise<Authentication> {
    const verdict = await this.tokens.verify(session.tokens.accessToken);
    if (!this.isDue(verdict)) {
      return this.conclude(session, verdict, request);
    }
    const renewal = await this.renewal.renew(session, !verdict.ok, request);
    if (renewal.kind === 'ended') {
      return { ...refuse('session_expired'), isOutdated: true };
    }
    if (renewal.kind === 'renewed') {
      const { tokens } = renewal.session;
      return this.conclude(renewal.session, await this.tokens.verify(tokens.accessToken), request);
    }
    return verdict.ok
      ? this.conclude(session, verdict, request)
      : refuse('issuer_unavailable', issuerUnavailable(renewal.cause));
  }

  /** Soon over, over already, or signed with a key that was withdrawn since. */
  private isDue(verdict: TokenVerdict): boolean {
    if (verdict.ok) {
      const { issuedAtSeconds, expiresAtSeconds } = verdict;
      // An issuer whose tokens live a minute would otherwise be asked by every request.
      const aheadSeconds = Math.min(this.config.renewBeforeSeconds, (expiresAtSeconds - issuedAtSeconds) / 2);
      return expiresAtSeconds - this.clock.nowSeconds() <= aheadSeconds;
    }
    return verdict.reason !== 'keys_unavailable';
  }

  /** A token that became somebody else's, or is not good for this API, ends the session that it came for. */
  private async conclude(
    session: Session,
    verdict: TokenVerdict,
    request: FastifyRequest,
  ): Promise<Authentication> {
    const { id, tenantId, subject } = session;
    if (verdict.ok && verdict.principal.subject === subject && verdict.principal.tenantId === tenantId) {
      await this.sessions.touch(session);
      request.session = session;
      return {
        ok: true,
        principal: { ...verdict.principal, credentialId: id, issuedAtSeconds: issueOf(session) },
      };
    }
    if (!verdict.ok && verdict.reason === 'keys_unavailable') {
      return refuse(verdict.reason, issuerUnavailable(verdict.cause));
    }
    await this.sessions.end(tenantId, { id }, 'tokens_refused', request);
    return refuse(verdict.ok ? 'token_of_another_subject' : verdict.reason);
  }
}

/** The log-in, however often its tokens were renewed since. */
function issueOf({ createdAt }: Session): number {
  return createdAt.getTime() / 1000;
}

function refuse(reason: string, error: AppError = sessionEnded()) {
  return { ok: false, reason, error } as const;
}
