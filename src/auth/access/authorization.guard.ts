import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { IS_PUBLIC } from '../../platform/http/routes/public.decorator.js';
import { SAFE_METHODS } from '../../platform/http/safe-methods.js';
import { forbidden, insufficientScope } from '../auth.errors.js';
import { ALLOWS_READ_ONLY } from './allow-read-only.decorator.js';
import { decideAccess, type AccessPolicy } from './access-policy.js';
import { IS_FOR_EVERY_CALLER } from './require-authentication.decorator.js';
import { REQUIRED_ROLES } from './require-roles.decorator.js';
import { REQUIRED_SCOPES } from './require-scopes.decorator.js';

/**
 * May they? Closed by default: a route that states nothing about its callers is refused to
 * everybody, so that a forgotten decorator is an outage and not a hole.
 */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly events: SecurityEvents,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) {
      return true;
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const policy: AccessPolicy = {
      scopes: this.reflector.getAllAndOverride<string[]>(REQUIRED_SCOPES, targets) ?? [],
      roles: this.reflector.getAllAndOverride<string[]>(REQUIRED_ROLES, targets) ?? [],
      changesSomething:
        !SAFE_METHODS.has(request.method) &&
        !this.reflector.getAllAndOverride<boolean>(ALLOWS_READ_ONLY, targets),
      isForEveryCaller: this.reflector.getAllAndOverride<boolean>(IS_FOR_EVERY_CALLER, targets) ?? false,
    };
    if (!request.principal) {
      throw forbidden();
    }
    const decision = decideAccess(request.principal, policy);
    request.trail.authorization = decision.allowed ? 'allowed' : 'refused';
    if (decision.allowed) {
      return true;
    }
    this.events.write('authz_fail', { reason: decision.reason }, request);
    throw decision.reason === 'scope' ? insufficientScope(policy.scopes) : forbidden();
  }
}
