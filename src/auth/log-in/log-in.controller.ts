import { Controller, Get, HttpCode, Post, Query, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import {
  ApiExcludeEndpoint,
  ApiOkResponse,
  ApiOperation,
  ApiSeeOtherResponse,
  ApiTags,
} from '@nestjs/swagger';
import { authErrors } from '../auth.errors.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { Raises } from '../../platform/errors/raises.decorator.js';
import { SetsHeaders } from '../../platform/http/routes/sets-headers.decorator.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors/app-error.js';
import { CredentialEndpoint } from '../../platform/http/routes/credential-endpoint.decorator.js';
import { Public } from '../../platform/http/routes/public.decorator.js';
import { IgnoreUnknownQuery } from '../../validation/boundary/ignore-unknown-query.decorator.js';
import { RequireAuthentication } from '../access/require-authentication.decorator.js';
import { SessionAlone } from '../access/session-alone.decorator.js';
import { sessionErrors } from '../session.errors.js';
import { AuthorizationResponse, LogInQuery, LogOutRepresentation } from './log-in.dto.js';
import { LogInService, type Redirection } from './log-in.service.js';

/**
 * What a browser forgets of this origin with the session: answers in its cache, and what pages have stored.
 * Not "cookies": those of the whole registrable domain would go, of other applications too, and with them the
 * sealed one that leads on to the log-out at the issuer. The session's own is removed by name.
 */
const FORGOTTEN = '"cache", "storage"';

/** The ways of a browser through log-in and log-out. All but one are pages that it is sent to. */
@ApiTags('Log-in and sessions')
@Controller({ path: 'auth', version: VERSION_NEUTRAL })
export class LogInController {
  constructor(private readonly logIn: LogInService) {}

  @Get('login')
  @ApiOperation({
    summary: 'Log in at a browser',
    description:
      'A page sends its browser here. It comes back to returnTo with a session cookie, and sees no token.',
  })
  @ApiSeeOtherResponse({ description: 'On to the issuer.' })
  @SetsHeaders('Location', 'Set-Cookie')
  @Raises(sessionErrors.returnUrl, platformErrors.notFound, authErrors.issuerUnavailable)
  @Public()
  @CredentialEndpoint()
  async begin(
    @Query() { returnTo }: LogInQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    redirect(reply, await this.logIn.begin(returnTo, request));
  }

  @Get('callback')
  @ApiExcludeEndpoint()
  @Raises(sessionErrors.logInFailed)
  @Public()
  @IgnoreUnknownQuery('state', 'code', 'iss', 'error')
  async complete(
    @Query() answer: AuthorizationResponse,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const given = Object.entries(answer).filter(([, value]) => value !== undefined);
    const parameters = new URLSearchParams(Object.fromEntries(given));
    redirect(reply, await this.logIn.complete(answer.state, parameters, request));
  }

  /** A script asks for this one, and then sends its page where the answer says. */
  @Post('logout')
  @ApiOperation({
    summary: 'Log out',
    description:
      'Ends the session. Then send the browser to continueAt, which logs it out at the issuer, too.',
  })
  @ApiOkResponse({ description: 'The session has ended.', type: LogOutRepresentation })
  @SetsHeaders('Set-Cookie', 'Clear-Site-Data')
  @Raises(sessionErrors.none)
  @HttpCode(200)
  @SessionAlone()
  @RequireAuthentication()
  async logOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogOutRepresentation> {
    if (!request.session) {
      throw new AppError(sessionErrors.none);
    }
    const { url, cookies } = await this.logIn.logOut(request.session, request);
    reply.headers({ 'set-cookie': [...cookies], 'clear-site-data': FORGOTTEN });
    return { continueAt: url };
  }

  @Get('logout/provider')
  @ApiExcludeEndpoint()
  @Public()
  async logOutAtIssuer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    redirect(reply, await this.logIn.logOutAtIssuer(request));
  }
}

/** 303: whatever was asked for, what follows is a GET (RFC 9110 §15.4.4). */
function redirect(reply: FastifyReply, { url, cookies }: Redirection): void {
  reply.status(303).headers({ location: url, 'set-cookie': [...cookies] });
}
