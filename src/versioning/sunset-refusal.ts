import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { DeprecatedRoutes } from './deprecated-routes.js';

/** 410 for what has ended: to everybody, since nobody needs a credential to learn that; counted like any request. */
@Injectable()
export class SunsetRefusal {
  constructor(private readonly routes: DeprecatedRoutes) {}

  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.routes.refuseEnded(request);
      done();
    });
  }
}
