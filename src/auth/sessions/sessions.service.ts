import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { SessionEnd } from '../../platform/events/security-event.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { IssuerClient, type ObtainedTokens } from '../issuer/issuer-client.js';
import type { Principal } from '../principal.js';
import { SessionConfig } from '../session.config.js';
import type { Session, SessionSummary } from './session.js';
import { hashOf, newSessionSecret } from './session-cookie.js';
import { SessionsRepository, type SessionFilter } from './sessions.repository.js';

/** What a log-in has yielded. */
export interface LogIn {
  readonly principal: Principal;
  readonly tokens: ObtainedTokens;
  /** The person's session at the issuer, when the issuer names it. */
  readonly issuerSession: string | null;
  /** The `state` of the log-in, which makes one session and no second one. */
  readonly state: string;
}

const MAX_USER_AGENT_LENGTH = 200;
const SAME_MOMENT_MILLISECONDS = 10_000;

/** Begins, finds and ends sessions. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);

  constructor(
    private readonly config: SessionConfig,
    private readonly sessions: SessionsRepository,
    private readonly issuer: IssuerClient,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a session under a new secret. What the same person had under the same log-in at the
   * issuer ends: a browser whose cookies were cleared leaves nothing behind. But for what was begun
   * this very moment, by a second tab: which of the two cookies the browser keeps, nobody knows.
   * @returns the secret for the browser, which is known nowhere else
   * @throws AppError (conflict) when the log-in has made a session already
   */
  async begin({ principal, tokens, issuerSession, state }: LogIn, request: FastifyRequest): Promise<string> {
    const { tenantId, subject } = principal;
    const id = randomUUID();
    const family = issuerSession === null ? id : hashOf(issuerSession);
    const secret = newSessionSecret();
    const now = this.clock.nowMilliseconds();
    await this.sessions.insert({
      id,
      tenantId,
      subject,
      family,
      tokens,
      secretHash: hashOf(secret),
      logInHash: hashOf(state),
      device: {
        address: request.ip,
        userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
      },
      lastUsedAt: new Date(now),
      idleExpiresAt: this.idleEnd(now),
      expiresAt: new Date(now + this.config.lifetimeHours * 3_600_000),
    });
    this.events.write('session_created', { sessionId: id }, request);
    const begunBefore = new Date(now - SAME_MOMENT_MILLISECONDS);
    await this.end(tenantId, { family, subject, begunBefore }, 'replaced_by_log_in', request);
    return secret;
  }

  async findBySecret(secret: string): Promise<Session | null> {
    return this.sessions.findBySecretHash(hashOf(secret));
  }

  async list(tenantId: string, subject?: string): Promise<SessionSummary[]> {
    const now = new Date(this.clock.nowMilliseconds());
    return this.sessions.list(tenantId, subject === undefined ? {} : { subject }, now);
  }

  /** Puts off the idle end of a session that is in use; one write a minute is enough for that. */
  async touch(session: Session): Promise<void> {
    const now = this.clock.nowMilliseconds();
    if (now - session.lastUsedAt.getTime() >= 60_000) {
      await this.sessions.touch(session, new Date(now), this.idleEnd(now));
    }
  }

  /**
   * Ends sessions here, and takes back at the issuer what was granted for them. An issuer that is
   * away does not keep a session alive: here it is over in any case.
   * @returns how many there were
   */
  async end(
    tenantId: string,
    filter: SessionFilter,
    reason: SessionEnd,
    request: FastifyRequest,
  ): Promise<number> {
    const removed = await this.sessions.remove(tenantId, filter);
    for (const { id, subject } of removed) {
      this.events.write('session_expired', { sessionId: id, owner: subject, reason }, request);
    }
    await Promise.all(removed.map(({ openTokens }) => this.takeBack(openTokens)));
    return removed.length;
  }

  /** Takes back at the issuer what is of no more use here, if that can be done now. */
  async takeBack(openTokens: () => ObtainedTokens): Promise<void> {
    try {
      const { refreshToken } = openTokens();
      if (refreshToken !== null) {
        await this.issuer.revoke(refreshToken);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'a grant that is no longer used was not taken back');
    }
  }

  private idleEnd(nowMilliseconds: number): Date {
    return new Date(nowMilliseconds + this.config.idleMinutes * 60_000);
  }
}
