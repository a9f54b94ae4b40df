import type { FastifyRequest } from 'fastify';
import type { RequestTrail } from './request-trail.js';

/** Which request, and whose: what every line of the log and every row of the audit trail says about it. */
export interface Circumstances {
  readonly requestId: string;
  readonly traceId: string | null;
  readonly method: string;
  /** As a template: a path carries what people typed. */
  readonly route: string | null;
  readonly address: string;
  readonly subject: string | null;
  readonly tenantId: string | null;
  readonly clientId: string | null;
  readonly credentialId: string | null;
}

/** Of a request at any moment: whoever is not known yet is null. */
export function circumstancesOf(request: FastifyRequest): Circumstances {
  // A request whose head was refused before any practice saw it has no trail.
  const actor = (request.trail as RequestTrail | undefined)?.actor;
  return {
    requestId: request.id,
    traceId: request.trace?.traceId ?? null,
    method: request.method,
    route: request.routeOptions.url ?? null,
    address: request.ip,
    subject: actor?.subject ?? null,
    tenantId: actor?.tenantId ?? null,
    clientId: actor?.clientId ?? null,
    credentialId: actor?.credentialId ?? null,
  };
}
