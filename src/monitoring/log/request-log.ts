import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { circumstancesOf } from '../../platform/http/request/circumstances.js';
import type { RequestTrail } from '../../platform/http/request/request-trail.js';

/** Hears how each request ended. */
export type AnswerListener = (request: FastifyRequest, answer: Answer) => void;

export interface Answer {
  /** Null when the caller had gone before there was one. */
  readonly status: number | null;
  readonly durationMilliseconds: number | null;
}

/**
 * Writes one line per answered request: the route's template and never its URL, because paths
 * and queries carry what people typed.
 */
@Injectable()
export class RequestLog {
  private readonly listeners: AnswerListener[] = [];

  constructor(private readonly logger: PinoLogger) {}

  /** For the life of the application. */
  subscribe(listener: AnswerListener): void {
    this.listeners.push(listener);
  }

  register(fastify: FastifyInstance): void {
    fastify.decorateRequest('trail');
    fastify.addHook('onRequest', (request, _reply, done) => {
      request.trail = {};
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.end(request, { status: reply.statusCode, durationMilliseconds: reply.elapsedTime });
      done();
    });
    // Who hangs up before the answer is written down as well: the handler may have run.
    fastify.addHook('onRequestAbort', (request, done) => {
      this.end(request, { status: null, durationMilliseconds: null });
      done();
    });
  }

  private end(request: FastifyRequest, answer: Answer): void {
    this.write(request, answer);
    this.listeners.forEach((listener) => listener(request, answer));
  }

  private write(request: FastifyRequest, { status, durationMilliseconds: duration }: Answer): void {
    this.logger.info(
      {
        ...circumstancesOf(request),
        spanId: request.trace?.spanId ?? null,
        status,
        durationMilliseconds: duration === null ? null : Math.round(duration * 10) / 10,
        // A request whose head was refused before any practice saw it has no trail.
        authorizationOutcome: (request.trail as RequestTrail | undefined)?.authorization ?? null,
      },
      'request',
    );
  }
}
