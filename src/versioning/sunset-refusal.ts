import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { AddressLimits } from '../rate-limit/limits/address-limits.js';
import { DeprecatedRoutes } from './deprecated-routes.js';

/** 410 for what has ended, to everybody: nobody needs a credential to learn that. */
@Injectable()
export class SunsetRefusal {
  constructor(
    private readonly routes: DeprecatedRoutes,
    private readonly addresses: AddressLimits,
  ) {}

  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const refusal = this.routes.refusalOf(request);
      if (!refusal) {
        done();
        return;
      }
      // Nobody looks at the credential. A client that calls on would otherwise use up what its address
      // has for failed ones, and lock itself out of the version that it has moved to.
      this.addresses.spendWithoutCredential({ request, reply }).then(() => done(refusal), done);
    });
  }
}
