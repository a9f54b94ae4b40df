import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import '../../platform/http/routes/probe.decorator.js';
import { ContainmentReports } from './containment-reports.js';
import { Containments } from './containments.js';

/**
 * Refuses addresses that are blocked, before anything is counted, parsed or looked up for them. Probes are
 * answered: an orchestrator that is blocked by mistake would take every instance away.
 */
@Injectable()
export class BlockedAddresses {
  constructor(
    private readonly containments: Containments,
    private readonly reports: ContainmentReports,
    private readonly clock: Clock,
  ) {}

  register(fastify: FastifyInstance): void {
    // Without a promise: every request comes through here.
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.assertNotBlocked(request);
      done();
    });
  }

  /** The words say nothing of a block: nobody learns by trying how wide it is. */
  private assertNotBlocked(request: FastifyRequest): void {
    if (request.routeOptions.config.isProbe) {
      return;
    }
    const block = this.containments.list.findAgainstAddress(request.ip, this.clock.nowMilliseconds());
    if (block) {
      this.reports.report(block, request);
      throw new AppError(platformErrors.forbidden);
    }
  }
}
