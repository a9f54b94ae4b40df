import { Controller, Delete, Get, HttpCode, Param, Req, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Raises } from '../../platform/errors/raises.decorator.js';
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
import { CurrentSessionRepresentation, SessionListRepresentation, SessionPath } from './session.dto.js';
import { representCurrentSession, representSession } from './session-representation.js';
import { SessionsService } from './sessions.service.js';

/** What a person sees of their own sessions, and can end. */
@ApiTags('Log-in and sessions')
@Controller({ path: 'auth', version: VERSION_NEUTRAL })
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly csrfTokens: CsrfTokens,
  ) {}

  @Get('session')
  @ApiOperation({
    summary: 'Read the session of this request',
    description: 'Who is logged in, until when, and the token that unsafe methods must carry.',
  })
  @ApiOkResponse({ description: 'The session.', type: CurrentSessionRepresentation })
  @Raises(sessionErrors.none)
  @RequireAuthentication()
  current(
    @CurrentPrincipal() caller: Principal,
    @Req() request: FastifyRequest,
  ): CurrentSessionRepresentation {
    const [secret = ''] = hostCookieValues(request.headers.cookie, SESSION_COOKIE);
    return representCurrentSession(sessionOf(request), caller, this.csrfTokens.tokenFor(secret));
  }

  @Get('sessions')
  @ApiOperation({ summary: 'List one’s sessions', description: 'Wherever the person is logged in.' })
  @ApiOkResponse({ description: 'The sessions.', type: SessionListRepresentation })
  @Raises(sessionErrors.none)
  @RequireAuthentication()
  async list(
    @CurrentPrincipal() { tenantId, subject }: Principal,
    @Req() request: FastifyRequest,
  ): Promise<SessionListRepresentation> {
    const session = sessionOf(request);
    const sessions = await this.sessions.list(tenantId, subject);
    return { data: sessions.map((one) => representSession(one, session)) };
  }

  @Delete('sessions/:id')
  @ApiOperation({ summary: 'End one of one’s sessions', description: 'At once.' })
  @ApiNoContentResponse({ description: 'It has ended.' })
  @Raises(sessionErrors.none, sessionErrors.notFound)
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
