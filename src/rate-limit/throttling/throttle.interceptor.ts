import {
  Injectable,
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, finalize, from, mergeMap, tap, type Observable } from 'rxjs';
import { clientNetwork } from '../../platform/http/client-network.js';
import { ExcessReports } from '../limits/excess-reports.js';
import { overloaded } from '../rate-limit.errors.js';
import { FairGate } from './fair-gate.js';
import { HeldPlace } from './held-place.js';
import { IS_THROTTLED } from './throttled.decorator.js';
import { ThrottlingConfig } from './throttling.config.js';

/** Lets a request for an expensive operation wait its turn, and keeps its place until all is done. */
@Injectable()
export class ThrottleInterceptor implements NestInterceptor {
  private readonly gate: FairGate;

  constructor(
    private readonly reflector: Reflector,
    private readonly config: ThrottlingConfig,
    private readonly reports: ExcessReports,
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
    return defer(() => from(this.enter(request, raw))).pipe(
      mergeMap((place) =>
        next.handle().pipe(
          tap((answer) => answer instanceof StreamableFile && place.holdUntilClosed(answer.getStream())),
          finalize(() => place.handlerHasEnded()),
        ),
      ),
    );
  }

  private async enter(request: FastifyRequest, answer: FastifyReply['raw']): Promise<HeldPlace> {
    const closed = whenClosed(answer);
    const { tenantId, subject } = request.principal ?? { tenantId: '', subject: clientNetwork(request.ip) };
    const owner = JSON.stringify([tenantId, subject]);
    const entry = await this.gate.enter(owner, closed);
    if (entry.ok) {
      return new HeldPlace(closed, entry.leave);
    }
    if (entry.reason !== 'gone') {
      this.reports.report(`throttle:${owner}`, { limit: 'throttle', reason: entry.reason }, request);
    }
    throw overloaded(this.config.maxWaitSeconds);
  }
}

/**
 * Aborts when the answer was sent completely, and when its client has gone: perhaps while its
 * token was being checked, and then no event is to come any more.
 */
function whenClosed(answer: FastifyReply['raw']): AbortSignal {
  const closed = new AbortController();
  if (answer.closed || answer.destroyed) {
    closed.abort();
  }
  answer.once('close', () => closed.abort());
  return closed.signal;
}
