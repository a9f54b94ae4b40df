import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { OncePerInterval } from '../../platform/clock/once-per-interval.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import type { Containment } from './containment.js';

const INTERVAL_MILLISECONDS = 60_000;
const MAX_REMEMBERED = 10_000;

/** Tells that a containment keeps somebody out, without letting whoever is kept out fill the log. */
@Injectable()
export class ContainmentReports {
  private readonly reported: OncePerInterval;

  constructor(
    clock: Clock,
    private readonly events: SecurityEvents,
  ) {
    this.reported = new OncePerInterval(clock, MAX_REMEMBERED);
  }

  report({ id, kind }: Containment, request: FastifyRequest): void {
    if (this.reported.isDue(id, INTERVAL_MILLISECONDS)) {
      this.events.write('containment_refused', { containmentId: id, kind }, request);
    }
  }
}
