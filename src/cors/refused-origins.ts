import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { SecurityEvents } from '../platform/events/security-events.js';
import { Clock } from '../platform/clock/clock.js';
import { OncePerInterval } from '../platform/clock/once-per-interval.js';

const MAX_REMEMBERED = 10_000;
const INTERVAL_MILLISECONDS = 60_000;
const MAX_ORIGIN_LENGTH = 100;
const MAX_PER_ADDRESS = 10;

/**
 * Reports pages that asked and may not, each once a minute: a page that tries again and again
 * must not fill the log, and preflights are not counted by any limit. Ten of an address at most.
 */
@Injectable()
export class RefusedOrigins {
  private readonly reports = new LRUCache<string, { minute: number; count: number }>({ max: MAX_REMEMBERED });
  private readonly news: OncePerInterval;

  constructor(
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
  ) {
    this.news = new OncePerInterval(clock, MAX_REMEMBERED);
  }

  report(origin: string, reason: string, request: FastifyRequest): void {
    const shown = shownOrigin(origin);
    const key = JSON.stringify([request.ip, shown, reason]);
    if (this.news.isDue(key, INTERVAL_MILLISECONDS) && this.hasRoom(request.ip)) {
      this.events.write('malicious_cors', { origin: shown, reason }, request);
    }
  }

  /** Whoever makes origins up has a new one each time. */
  private hasRoom(address: string): boolean {
    const minute = Math.floor(this.clock.nowMilliseconds() / INTERVAL_MILLISECONDS);
    const known = this.reports.get(address);
    const count = known?.minute === minute ? known.count + 1 : 1;
    this.reports.set(address, { minute, count });
    return count <= MAX_PER_ADDRESS;
  }
}

/** An origin, when it is one: everything else is text that somebody made up, and is not repeated. */
function shownOrigin(origin: string): string {
  if (origin === 'null') {
    return 'null';
  }
  const isOrigin = origin.length <= MAX_ORIGIN_LENGTH && URL.parse(origin)?.origin === origin;
  return isOrigin ? origin : '(malformed)';
}
