import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { RequestLog } from '../../src/monitoring/log/request-log.js';

/** Writes requests as most loggers do: with their URL and their body. */
@Injectable()
export class CarelessRequestLog extends RequestLog {
  private readonly lines = new Logger('Request');

  override register(fastify: FastifyInstance): void {
    super.register(fastify);
    fastify.addHook('onResponse', (request, _reply, done) => {
      this.lines.log(`${request.method} ${request.url} ${JSON.stringify(request.body)}`);
      done();
    });
  }
}
