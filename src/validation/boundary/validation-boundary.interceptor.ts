import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, defer, type Observable } from 'rxjs';
import { SecurityEvents } from '../../platform/events/security-events.js';
import './ignore-unknown-query.decorator.js';
import { JsonBody } from './json-body.js';
import { undeclaredInput } from './undeclared-input.js';
import { ValidationFailure } from './validation-failure.js';

/**
 * Stands around pipes and handler, after the guards: parses the body, refuses input that the
 * handler never declared, and reports every validation failure as a security event, which a
 * pipe cannot do because it does not see the request.
 */
@Injectable()
export class ValidationBoundaryInterceptor implements NestInterceptor {
  constructor(
    private readonly jsonBody: JsonBody,
    private readonly events: SecurityEvents,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return defer(() => {
      this.jsonBody.parse(request);
      dropForeignQuery(request);
      const faults = undeclaredInput(context.getClass(), context.getHandler() as never, request);
      if (faults.length > 0) {
        throw new ValidationFailure(faults);
      }
      return next.handle();
    }).pipe(catchError((error: unknown) => this.report(error, request)));
  }

  private report(error: unknown, request: FastifyRequest): never {
    if (error instanceof ValidationFailure) {
      this.events.write('input_validation_fail', { violations: error.violations }, request);
    }
    throw error;
  }
}

function dropForeignQuery(request: FastifyRequest): void {
  const { knownQuery } = request.routeOptions.config;
  if (knownQuery) {
    const entries = Object.entries(request.query as object);
    request.query = Object.fromEntries(entries.filter(([name]) => knownQuery.includes(name)));
  }
}
