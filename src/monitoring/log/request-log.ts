import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { RequestTrail } from '../../platform/http/request-trail.js';

/**
 * Writes one line per answered request: the route's template and never its URL, because paths
 * and queries carry what people typed.
 */
@Injectable()
export class RequestLog {
  constructor(private readonly logger: PinoLogger) {}

  register(fastify: FastifyInstance): void {
    fastify.decorateRequest('trail');
    fastify.addHook('onRequest', (request, _reply, done) => {
      request.trail = {};
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.write(request, reply.statusCode, reply.elapsedTime);
      done();
    });
    // Who hangs up before the answer is written down as well: the handler may have run.
    fastify.addHook('onRequestAbort', (request, done) => {
      this.write(request, null, null);
      done();
    });
  }

  /** @param status null when the caller had gone before there was one */
  private write(request: FastifyRequest, status: number | null, elapsedMilliseconds: number | null): void {
    // A request whose head was refused before any practice saw it has no trail.
    const { actor, authorization } = (request.trail as RequestTrail | undefined) ?? {};
    this.logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status,
        durationMilliseconds: elapsedMilliseconds === null ? null : Math.round(elapsedMilliseconds * 10) / 10,
        address: request.ip,
        subject: actor?.subject ?? null,
        clientId: actor?.clientId ?? null,
        credentialId: actor?.credentialId ?? null,
        authorization: authorization ?? null,
      },
      'request',
    );
  }
}
