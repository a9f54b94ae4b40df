import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SecurityEventDetails } from '../../platform/events/security-event.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { OncePerInterval } from '../../platform/clock/once-per-interval.js';

const MAX_REMEMBERED = 10_000;
const INTERVAL_MILLISECONDS = 60_000;

/**
 * A flood makes one event a minute for each bucket, and not one for each refused request:
 * otherwise whoever is refused could fill the log instead.
 */
@Injectable()
export class ExcessReports {
  private readonly reports: OncePerInterval;

  constructor(
    clock: Clock,
    private readonly events: SecurityEvents,
  ) {
    this.reports = new OncePerInterval(clock, MAX_REMEMBERED);
  }

  report(
    bucket: string,
    details: SecurityEventDetails['excess_rate_limit_exceeded'],
    request: FastifyRequest,
  ): void {
    if (this.reports.isDue(bucket, INTERVAL_MILLISECONDS)) {
      this.events.write('excess_rate_limit_exceeded', details, request);
    }
  }
}
