import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SessionConfig } from '../../auth/session.config.js';
import { CsrfTokens } from '../../auth/sessions/csrf-tokens.js';
import { SESSION_COOKIE } from '../../auth/sessions/session-cookie.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { hostCookieValues } from '../../platform/http/cookies.js';
import { SAFE_METHODS } from '../../platform/http/safe-methods.js';
import { CorsConfig } from '../cors.config.js';
import { unintendedRequest } from '../cors.errors.js';
import { findIntentFault } from './proof-of-intent.js';

/**
 * Did its page mean it? Asked of unsafe methods with a session cookie, before anything is looked up
 * for it. A bearer token or an API key is attached by a program and never by a browser on its own:
 * a request with one and no cookie has shown its intent.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  private readonly origins: ReadonlySet<string>;

  constructor(
    private readonly session: SessionConfig,
    { allowedOrigins }: CorsConfig,
    private readonly tokens: CsrfTokens,
    private readonly events: SecurityEvents,
  ) {
    const { publicOrigin } = session;
    this.origins = new Set([...allowedOrigins, ...(publicOrigin === undefined ? [] : [publicOrigin])]);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const [secret, ...others] = hostCookieValues(request.headers.cookie, SESSION_COOKIE);
    const isAsked = this.session.clientId !== undefined && secret !== undefined;
    if (SAFE_METHODS.has(request.method) || !isAsked) {
      return true;
    }
    const fault = findIntentFault(request.headers, {
      isAllowedOrigin: (origin) => this.origins.has(origin),
      isToken: (text) => others.length === 0 && this.tokens.isTokenOf(secret, text),
    });
    if (fault === undefined) {
      return true;
    }
    this.events.write('authz_fail', { reason: fault }, request);
    throw unintendedRequest();
  }
}
