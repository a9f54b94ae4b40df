import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, from, mergeMap, type Observable } from 'rxjs';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
import { overloaded } from '../rate-limit.errors.js';
import { FairGate } from './fair-gate.js';
import { IS_THROTTLED } from './throttled.decorator.js';
import { ThrottlingConfig } from './throttling.config.js';

/** Lets a request for an expensive operation wait its turn; its place is free when its answer has left. */
@Injectable()
export class ThrottleInterceptor implements NestInterceptor {
  private readonly gate: FairGate;

  constructor(
    private readonly reflector: Reflector,
    private readonly config: ThrottlingConfig,
    private readonly events: SecurityEvents,
  ) {
    const { maxConcurrent, maxQueued, maxWaitSeconds } = config;
    this.gate = new FairGate({ maxConcurrent, maxQueued, maxWaitMilliseconds: maxWaitSeconds * 1000 });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!this.reflector.get<boolean>(IS_THROTTLED, context.getHandler())) {
      return next.handle();
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { raw } = context.switchToHttp().getResponse<FastifyReply>();
    return defer(() => from(this.enter(request, raw))).pipe(mergeMap(() => next.handle()));
  }

  /** The answer closes when it was sent completely, and when its client has gone. */
  private async enter(request: FastifyRequest, answer: FastifyReply['raw']): Promise<void> {
    const closed = new AbortController();
    answer.once('close', () => closed.abort());
    const owner = request.principal ?? { tenantId: '', subject: request.ip };
    const entry = await this.gate.enter(JSON.stringify([owner.tenantId, owner.subject]), closed.signal);
    if (!entry.ok) {
      this.events.write('excess_rate_limit_exceeded', { limit: 'throttle', reason: entry.reason }, request);
      throw overloaded(this.config.maxWaitSeconds);
    }
    closed.signal.addEventListener('abort', entry.leave);
    if (closed.signal.aborted) {
      entry.leave();
    }
  }
}
