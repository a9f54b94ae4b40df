import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { databaseErrors } from '../../database/database.errors.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { hostCookie, hostCookieValues, removedHostCookie } from '../../platform/http/cookies.js';
import { issuerUnavailable } from '../auth.errors.js';
import { IssuerClient, type RedeemedCode } from '../issuer/issuer-client.js';
import { assertAssurance } from '../issuer/log-in-assurance.js';
import { isFaultOfOurs, RefusedByIssuer } from '../issuer/issuer.errors.js';
import { SessionConfig } from '../session.config.js';
import { logInFailed, sessionErrors } from '../session.errors.js';
import { SESSION_COOKIE } from '../sessions/session-cookie.js';
import type { Session } from '../sessions/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { LogInCookies, type PendingLogIn } from './log-in-cookies.js';
import { OwnPages } from './own-pages.js';
import { chooseReturnUrl } from './return-urls.js';

/** Where a browser goes next, and which cookies it takes along. */
export interface Redirection {
  readonly url: string;
  readonly cookies: readonly string[];
}

/** What an issuer may say about a log-in that did not happen, and an application may want to show. */
const TOLD_REASONS = new Set(['access_denied', 'login_required', 'interaction_required', 'consent_required']);

/** Log-in and log-out at the issuer, on behalf of a browser that gets to see no token. */
@Injectable()
export class LogInService {
  private readonly logger = new Logger(LogInService.name);

  constructor(
    private readonly config: SessionConfig,
    private readonly issuer: IssuerClient,
    private readonly cookies: LogInCookies,
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionsService,
    private readonly ownPages: OwnPages,
    private readonly events: SecurityEvents,
  ) {}

  /** @throws AppError when browsers cannot log in here, or may not be sent where they want */
  async begin(returnTo: string | undefined, request: FastifyRequest): Promise<Redirection> {
    this.assertEnabled();
    const { returnUrls = [], publicOrigin } = this.config;
    const allowed = [...returnUrls, ...this.ownPages.at(publicOrigin)];
    const returnUrl = chooseReturnUrl(returnTo, allowed, publicOrigin);
    if (returnUrl === undefined) {
      throw new AppError(sessionErrors.returnUrl, { detail: 'Whoever runs this API says which pages are.' });
    }
    const secrets = this.issuer.newSecrets();
    const intent = { isDeliberate: isDeliberate(request) };
    const url = await this.issuer.authorizationUrl(secrets, intent).catch((error: unknown) => {
      throw issuerUnavailable(error);
    });
    return { url, cookies: this.cookies.begin({ ...secrets, returnUrl }, request.headers.cookie) };
  }

  /**
   * The issuer's answer, brought by the browser: begins a session, or says why not.
   * @throws AppError for an answer to a log-in that this browser did not begin, or that is false
   */
  async complete(state: string, answer: URLSearchParams, request: FastifyRequest): Promise<Redirection> {
    this.assertEnabled();
    const pending = this.cookies.find(state, request.headers.cookie);
    if (!pending) {
      throw this.refuse('unknown_log_in', request);
    }
    try {
      const redeemed = await this.issuer.redeem(answer, pending);
      return await this.beginOrTakeBack(redeemed, pending, request);
    } catch (error) {
      return this.giveUp(error, pending, request);
    }
  }

  /**
   * Ends the session here. The browser goes on to `/auth/logout/provider`, which knows from a
   * sealed cookie whom to log out there.
   * @returns cookies, and where to go on
   */
  async logOut(session: Session, request: FastifyRequest): Promise<Redirection> {
    const { id, tenantId, tokens } = session;
    await this.sessions.end(tenantId, { id }, 'log_out', request);
    return {
      url: `${this.config.publicOrigin}/auth/logout/provider`,
      cookies: [removedHostCookie(SESSION_COOKIE), this.cookies.beginLogOut(tokens.idToken)],
    };
  }

  /** Where the browser logs out at the issuer, or the default page when there is nothing to do there. */
  async logOutAtIssuer(request: FastifyRequest): Promise<Redirection> {
    this.assertEnabled();
    const logOut = this.cookies.findLogOut(request.headers.cookie);
    const url = logOut && (await this.issuer.logOutUrl(logOut.idToken).catch(() => null));
    return { url: url ?? this.defaultUrl(), cookies: [this.cookies.endLogOut()] };
  }

  /** What was granted for a log-in that comes to nothing must not lie about at the issuer. */
  private async beginOrTakeBack(
    redeemed: RedeemedCode,
    pending: PendingLogIn,
    request: FastifyRequest,
  ): Promise<Redirection> {
    try {
      return await this.begunSession(redeemed, pending, request);
    } catch (error) {
      await this.sessions.takeBack(() => redeemed.tokens);
      throw error;
    }
  }

  private async begunSession(
    { tokens, issuerSession, acr }: RedeemedCode,
    { state, returnUrl }: PendingLogIn,
    request: FastifyRequest,
  ): Promise<Redirection> {
    assertAssurance(this.config, acr);
    const verdict = await this.tokens.verify(tokens.accessToken);
    if (!verdict.ok) {
      throw verdict.reason === 'keys_unavailable'
        ? issuerUnavailable(verdict.cause)
        : new RefusedByIssuer(`access_token_${verdict.reason}`);
    }
    const { principal } = verdict;
    request.trail.actor = principal;
    const secret = await this.sessions.begin({ principal, tokens, issuerSession, state }, request);
    await this.endEarlierSession(request);
    this.events.write('authn_login_success', {}, request);
    return { url: returnUrl, cookies: [hostCookie(SESSION_COOKIE, secret), this.cookies.end(state)] };
  }

  /** Its cookie is about to be replaced, so that nobody could ever end what it stood for. */
  private async endEarlierSession(request: FastifyRequest): Promise<void> {
    try {
      for (const secret of hostCookieValues(request.headers.cookie, SESSION_COOKIE)) {
        const earlier = await this.sessions.findBySecret(secret);
        if (earlier) {
          await this.sessions.end(earlier.tenantId, { id: earlier.id }, 'replaced_by_log_in', request);
        }
      }
    } catch (error) {
      // The new session stands; the earlier one ends by itself.
      this.logger.warn({ err: error }, 'the earlier session of a browser was not ended');
    }
  }

  /** A person who changed their mind goes back to the application; everything else is an error. */
  private giveUp(error: unknown, { state, returnUrl }: PendingLogIn, request: FastifyRequest): Redirection {
    if (error instanceof AppError) {
      throw error.condition === databaseErrors.conflict
        ? this.refuse('replayed_answer', request, error)
        : error;
    }
    if (!(error instanceof RefusedByIssuer) || isFaultOfOurs(error)) {
      throw issuerUnavailable(error);
    }
    const refusal = this.refuse(error.reason, request, error);
    if (!TOLD_REASONS.has(error.reason)) {
      throw refusal;
    }
    const url = new URL(returnUrl);
    url.searchParams.set('error', error.reason);
    return { url: url.href, cookies: [this.cookies.end(state)] };
  }

  private refuse(reason: string, request: FastifyRequest, cause?: unknown): AppError {
    // Who changes their mind has guessed nothing.
    const isGuess = !TOLD_REASONS.has(reason);
    this.events.write('authn_login_fail', { reason, account: null, isGuess }, request);
    return logInFailed(cause);
  }

  private assertEnabled(): void {
    if (this.config.clientId === undefined) {
      throw new AppError(platformErrors.notFound);
    }
  }

  private defaultUrl(): string {
    return this.config.returnUrls?.[0]?.href ?? '/';
  }
}

/**
 * By a click in a page of one's own, or by the address bar: what browsers say of a navigation in Sec-Fetch-Site (Fetch
 * Metadata). A link of another site, or a browser that does not say, is no wish to be logged in.
 */
function isDeliberate({ headers }: FastifyRequest): boolean {
  return /^(same-origin|same-site|none)$/.test(String(headers['sec-fetch-site']));
}
