import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable } from 'rxjs';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
import { undeclaredInput } from './undeclared-input.js';
import { ValidationFailure } from './validation-failure.js';

/**
 * Stands around pipes and handler: refuses input that the handler never declared, and reports
 * every validation failure as a security event, which a pipe cannot do because it does not see
 * the request.
 */
@Injectable()
export class ValidationBoundaryInterceptor implements NestInterceptor {
  constructor(private readonly events: SecurityEvents) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const faults = undeclaredInput(context.getClass(), context.getHandler() as never, request);
    if (faults.length > 0) {
      const failure = new ValidationFailure(faults);
      this.report(failure, request);
      throw failure;
    }
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof ValidationFailure) {
          this.report(error, request);
        }
        throw error;
      }),
    );
  }

  private report(failure: ValidationFailure, request: FastifyRequest): void {
    this.events.write('input_validation_fail', { violations: failure.violations }, request);
  }
}
