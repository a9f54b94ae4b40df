import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { IS_PUBLIC } from '../../platform/http/routes/public.decorator.js';
import { failureOf } from './authenticator.js';
import { Authenticators } from './authenticators.js';

/** Who is calling? Sets the principal of every request, or refuses it; only `@Public()` is let past. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticators: Authenticators,
    private readonly events: SecurityEvents,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) {
      return true;
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const authentication = await this.authenticators.authenticate(request);
    if (!authentication.ok) {
      request.trail.isCredentialOutdated = authentication.isOutdated === true;
      this.events.write('authn_login_fail', failureOf(authentication), request);
      throw authentication.error;
    }
    const { principal, headers = {} } = authentication;
    context.switchToHttp().getResponse<FastifyReply>().headers(headers);
    request.principal = principal;
    request.trail.actor = principal;
    return true;
  }
}
