import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import '../../platform/http/request-trail.js';
import { SEVERITY, type SecurityEventDetails, type SecurityEventName } from './security-event.js';

/** The one writer of security events. */
@Injectable()
export class SecurityEvents {
  private readonly logger: Logger;

  /** A logger with a level of its own: no LOG_LEVEL can silence security events. */
  constructor({ logger }: PinoLogger) {
    this.logger = logger.child({}, { level: 'info' });
  }

  /**
   * Writes an event with who, from where and on which request.
   * @param request null for events of the system itself
   */
  write<Name extends SecurityEventName>(
    event: Name,
    details: SecurityEventDetails[Name],
    request: FastifyRequest | null,
  ): void {
    const line: object = { securityEvent: event, ...(request && circumstances(request)), ...details };
    this.logger[SEVERITY[event]](line, 'security event');
  }
}

function circumstances(request: FastifyRequest): object {
  const actor = request.trail?.actor;
  return {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions?.url ?? null,
    address: request.ip,
    subject: actor?.subject ?? null,
    tenantId: actor?.tenantId ?? null,
    clientId: actor?.clientId ?? null,
    credentialId: actor?.credentialId ?? null,
  };
}
