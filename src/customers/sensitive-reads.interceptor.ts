import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import type { Principal } from '../auth/principal.js';
import { SecurityEvents } from '../platform/events/security-events.js';
import { MASKED, variantFor } from './customer-scopes.js';

/**
 * Tells of every answer that shows a tax id in the clear: whoever may see them all leaves a trace of which ones it
 * has seen (P9.5). It looks at the answer and not at the route, so that no version and no method is forgotten.
 */
@Injectable()
export class SensitiveReadsInterceptor implements NestInterceptor {
  constructor(private readonly events: SecurityEvents) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(tap((answer: unknown) => this.look(answer, request.principal, request)));
  }

  private look(answer: unknown, caller: Principal | undefined, request: FastifyRequest): void {
    const { id, taxId } = (answer ?? {}) as { id?: unknown; taxId?: unknown };
    if (caller && typeof id === 'string' && typeof taxId === 'string' && variantFor(caller) !== MASKED) {
      this.events.write('sensitive_read', { resource: 'customers', id, fields: ['taxId'] }, request);
    }
  }
}
