import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
      this.write(request, reply);
      done();
    });
  }

  private write(request: FastifyRequest, reply: FastifyReply): void {
    // A request whose head was refused before any practice saw it has no trail.
    const { actor, authorization } = (request.trail as RequestTrail | undefined) ?? {};
    this.logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMilliseconds: Math.round(reply.elapsedTime * 10) / 10,
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
