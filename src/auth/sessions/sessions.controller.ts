import { Controller, Delete, Get, HttpCode, Param, Req, VERSION_NEUTRAL } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { hostCookieValues } from '../../platform/http/cookies.js';
import { RequireAuthentication } from '../access/require-authentication.decorator.js';
import { SessionAlone } from '../access/session-alone.decorator.js';
import { CurrentPrincipal } from '../current-principal.decorator.js';
import type { Principal } from '../principal.js';
import { sessionErrors } from '../session.errors.js';
import { CsrfTokens } from './csrf-tokens.js';
import type { Session } from './session.js';
import { SESSION_COOKIE } from './session-cookie.js';
import {
  representCurrentSession,
  representSession,
  type CurrentSessionRepresentation,
  type SessionRepresentation,
} from './session-representation.js';
import { SessionPath } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

/** What a person sees of their own sessions, and can end. */
@Controller({ path: 'auth', version: VERSION_NEUTRAL })
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly csrfTokens: CsrfTokens,
  ) {}

  @Get('session')
  @RequireAuthentication()
  current(
    @CurrentPrincipal() caller: Principal,
    @Req() request: FastifyRequest,
  ): CurrentSessionRepresentation {
    const [secret = ''] = hostCookieValues(request.headers.cookie, SESSION_COOKIE);
    return representCurrentSession(sessionOf(request), caller, this.csrfTokens.tokenFor(secret));
  }

  @Get('sessions')
  @RequireAuthentication()
  async list(
    @CurrentPrincipal() { tenantId, subject }: Principal,
    @Req() request: FastifyRequest,
  ): Promise<{ data: SessionRepresentation[] }> {
    const session = sessionOf(request);
    const sessions = await this.sessions.list(tenantId, subject);
    return { data: sessions.map((one) => representSession(one, session)) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @SessionAlone()
  @RequireAuthentication()
  async end(
    @CurrentPrincipal() { tenantId, subject }: Principal,
    @Param() { id }: SessionPath,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    sessionOf(request);
    if ((await this.sessions.end(tenantId, { id, subject }, 'ended_by_owner', request)) === 0) {
      throw new AppError(sessionErrors.notFound);
    }
  }
}

/** A person at a browser: not whatever client has a token of theirs. */
function sessionOf({ session }: FastifyRequest): Session {
  if (!session) {
    throw new AppError(sessionErrors.none);
  }
  return session;
}
