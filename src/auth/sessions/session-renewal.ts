import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { ISSUER_TIMEOUT_SECONDS, IssuerClient, type ObtainedTokens } from '../issuer/issuer-client.js';
import { RefusedByIssuer } from '../issuer/issuer.errors.js';
import type { Session } from './session.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

export type Renewal =
  | { readonly kind: 'renewed'; readonly session: Session }
  /** The session is over; nothing of it is left. */
  | { readonly kind: 'ended' }
  /** Nothing has changed: somebody else is at it, or the issuer does not answer. */
  | { readonly kind: 'postponed'; readonly cause: unknown };

/** Longer than issuer and database may take together, so that a slow renewal is not done twice. */
const LEASE_SECONDS = 6 * ISSUER_TIMEOUT_SECONDS;

const POLL_MILLISECONDS = 50;
const MAX_POLLS = (2 * ISSUER_TIMEOUT_SECONDS * 1000) / POLL_MILLISECONDS;

/** An issuer that did not answer is left alone for so long: nobody waits for it again and again. */
const PAUSE_MILLISECONDS = 2000;

/** What must be stored is tried again: the old refresh token is used up. */
const STORE_ATTEMPTS = 10;
const STORE_PAUSE_MILLISECONDS = 500;

/** The issuer's word for a refresh token that was used before, has expired, or was taken back (RFC 6749 §5.2). */
const NO_LONGER_GOOD = 'invalid_grant';

/**
 * Renews the tokens of a session: exactly once, however many requests on however many instances
 * find at the same moment that it is due. A second use of the same refresh token would look to the
 * issuer as if it had been stolen (RFC 9700 §4.14.2). One takes the renewal upon itself in the
 * database and asks the issuer outside of any transaction; the others go on with the old token
 * while it is good, and wait for the new one when it is not.
 */
@Injectable()
export class SessionRenewal {
  private readonly logger = new Logger(SessionRenewal.name);
  /** One of each session at a time; the requests of this instance share it. */
  private readonly underWay = new Map<string, Promise<Renewal>>();
  private pausedUntil = -Infinity;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly sessions: SessionsService,
    private readonly issuer: IssuerClient,
    private readonly events: SecurityEvents,
  ) {}

  /** @param isUrgent the old token is no longer good: there is nothing to go on with */
  async renew(session: Session, isUrgent: boolean, request: FastifyRequest): Promise<Renewal> {
    const { refreshToken } = session.tokens;
    if (refreshToken === null) {
      return isUrgent
        ? this.end(session, 'no_refresh_token', request)
        : { kind: 'postponed', cause: new Error('there is no refresh token') };
    }
    if (performance.now() < this.pausedUntil) {
      return { kind: 'postponed', cause: new Error('the issuer did not answer a moment ago') };
    }
    const known = this.underWay.get(session.id);
    if (known) {
      return isUrgent ? known : { kind: 'postponed', cause: new Error('the session is being renewed') };
    }
    const renewal = this.renewInTurn(session, refreshToken, isUrgent, request).finally(() =>
      this.underWay.delete(session.id),
    );
    this.underWay.set(session.id, renewal);
    return renewal;
  }

  private async renewInTurn(
    session: Session,
    refreshToken: string,
    isUrgent: boolean,
    request: FastifyRequest,
  ): Promise<Renewal> {
    for (let poll = 0; poll < MAX_POLLS; poll += 1) {
      const lease = await this.repository.claimRenewal(session, LEASE_SECONDS);
      if (lease) {
        return this.renewNow(session, refreshToken, lease, request);
      }
      const current = await this.repository.find(session.tenantId, session.id);
      if (!current) {
        return { kind: 'ended' };
      }
      if (current.renewals !== session.renewals) {
        return { kind: 'renewed', session: current };
      }
      if (!isUrgent) {
        break;
      }
      await delay(POLL_MILLISECONDS);
    }
    return { kind: 'postponed', cause: new Error('somebody else is renewing the session') };
  }

  private async renewNow(
    session: Session,
    refreshToken: string,
    lease: Date,
    request: FastifyRequest,
  ): Promise<Renewal> {
    let tokens: ObtainedTokens;
    try {
      tokens = await this.issuer.renew(refreshToken);
    } catch (cause) {
      return this.giveUp(session, lease, cause, request);
    }
    // An issuer that does not rotate refresh tokens, or repeat the ID token, leaves the old ones good.
    const renewed = {
      ...tokens,
      refreshToken: tokens.refreshToken ?? refreshToken,
      idToken: tokens.idToken ?? session.tokens.idToken,
    };
    if (!(await this.store(session, renewed))) {
      // Somebody logged out meanwhile: what was granted just now must not outlive the session.
      await this.sessions.takeBack(() => renewed);
      return { kind: 'ended' };
    }
    this.events.write('session_renewed', { sessionId: session.id }, request);
    return { kind: 'renewed', session: { ...session, tokens: renewed, renewals: session.renewals + 1 } };
  }

  /** @returns false when the session has ended meanwhile */
  private async store(session: Session, tokens: ObtainedTokens): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.repository.completeRenewal(session, tokens);
      } catch (error) {
        if (attempt === STORE_ATTEMPTS) {
          throw error;
        }
        await delay(STORE_PAUSE_MILLISECONDS);
      }
    }
  }

  private async giveUp(
    session: Session,
    lease: Date,
    cause: unknown,
    request: FastifyRequest,
  ): Promise<Renewal> {
    if (!(cause instanceof RefusedByIssuer && cause.reason === NO_LONGER_GOOD)) {
      this.logger.warn(
        { err: cause, sessionId: session.id },
        'the tokens of a session cannot be renewed now',
      );
      this.pausedUntil = performance.now() + PAUSE_MILLISECONDS;
      await this.repository.giveRenewalBack(session, lease);
      return { kind: 'postponed', cause };
    }
    const { tenantId, subject, family } = session;
    const sessions = await this.sessions.end(tenantId, { family, subject }, 'token_reuse', request);
    this.events.write('authn_token_reuse', { reason: cause.reason, sessions }, request);
    return { kind: 'ended' };
  }

  private async end(
    { tenantId, id }: Session,
    reason: 'no_refresh_token',
    request: FastifyRequest,
  ): Promise<Renewal> {
    await this.sessions.end(tenantId, { id }, reason, request);
    return { kind: 'ended' };
  }
}
