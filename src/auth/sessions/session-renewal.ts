import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
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

/** Longer than the issuer may take to be found and to answer, so that a slow renewal is not done twice. */
const LEASE_SECONDS = 3 * ISSUER_TIMEOUT_SECONDS;

const POLL_MILLISECONDS = 50;
const MAX_POLLS = (2 * ISSUER_TIMEOUT_SECONDS * 1000) / POLL_MILLISECONDS;

/** Refusals of this client as such: the sessions are not at fault, and go on once that is mended. */
const FAULTS_OF_OURS = new Set(['invalid_client', 'unauthorized_client', 'invalid_request', 'invalid_scope']);

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
    const key = `${session.id} ${session.renewals} ${isUrgent}`;
    let renewal = this.underWay.get(key);
    if (!renewal) {
      renewal = this.renewInTurn(session, refreshToken, isUrgent, request).finally(() =>
        this.underWay.delete(key),
      );
      this.underWay.set(key, renewal);
    }
    return renewal;
  }

  private async renewInTurn(
    session: Session,
    refreshToken: string,
    isUrgent: boolean,
    request: FastifyRequest,
  ): Promise<Renewal> {
    for (let poll = 0; poll < MAX_POLLS; poll += 1) {
      if (await this.repository.claimRenewal(session, LEASE_SECONDS)) {
        return this.renewNow(session, refreshToken, request);
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

  private async renewNow(session: Session, refreshToken: string, request: FastifyRequest): Promise<Renewal> {
    let tokens: ObtainedTokens;
    try {
      tokens = await this.issuer.renew(refreshToken);
    } catch (cause) {
      return this.giveUp(session, cause, request);
    }
    // An issuer that does not rotate refresh tokens, or repeat the ID token, leaves the old ones good.
    const renewed = {
      ...tokens,
      refreshToken: tokens.refreshToken ?? refreshToken,
      idToken: tokens.idToken ?? session.tokens.idToken,
    };
    if (!(await this.repository.completeRenewal(session, renewed))) {
      // Somebody logged out meanwhile: what was granted just now must not outlive the session.
      await this.issuer.revoke(renewed.refreshToken).catch((err: unknown) => {
        this.logger.warn({ err, sessionId: session.id }, 'the grant of an ended session was not taken back');
      });
      return { kind: 'ended' };
    }
    this.events.write('session_renewed', { sessionId: session.id }, request);
    return { kind: 'renewed', session: { ...session, tokens: renewed, renewals: session.renewals + 1 } };
  }

  private async giveUp(session: Session, cause: unknown, request: FastifyRequest): Promise<Renewal> {
    if (!(cause instanceof RefusedByIssuer) || FAULTS_OF_OURS.has(cause.reason)) {
      this.logger.warn(
        { err: cause, sessionId: session.id },
        'the tokens of a session cannot be renewed now',
      );
      await this.repository.giveRenewalBack(session);
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
