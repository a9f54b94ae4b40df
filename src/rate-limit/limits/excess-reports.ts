import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { SecurityEventDetails } from '../../monitoring/events/security-event.js';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';

const MAX_REMEMBERED = 10_000;
const INTERVAL_MILLISECONDS = 60_000;

/**
 * A flood makes one event a minute for each bucket, and not one for each refused request:
 * otherwise whoever is refused could fill the log instead.
 */
@Injectable()
export class ExcessReports {
  private readonly reportedAt = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  constructor(
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
  ) {}

  report(
    bucket: string,
    details: SecurityEventDetails['excess_rate_limit_exceeded'],
    request: FastifyRequest,
  ): void {
    const now = this.clock.nowMilliseconds();
    if (now - (this.reportedAt.get(bucket) ?? -Infinity) >= INTERVAL_MILLISECONDS) {
      this.reportedAt.set(bucket, now);
      this.events.write('excess_rate_limit_exceeded', details, request);
    }
  }
}
