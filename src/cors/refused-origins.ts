import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { SecurityEvents } from '../monitoring/events/security-events.js';
import { Clock } from '../platform/clock/clock.js';

const MAX_REMEMBERED = 10_000;
const INTERVAL_MILLISECONDS = 60_000;
const MAX_ORIGIN_LENGTH = 100;

/**
 * Reports pages that asked and may not, each once a minute: a page that tries again and again
 * must not fill the log, and preflights are not counted by any limit.
 */
@Injectable()
export class RefusedOrigins {
  private readonly reportedAt = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  constructor(
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
  ) {}

  report(origin: string, reason: string, request: FastifyRequest): void {
    const shown = shownOrigin(origin);
    const key = JSON.stringify([request.ip, shown, reason]);
    const now = this.clock.nowMilliseconds();
    if (now - (this.reportedAt.get(key) ?? -Infinity) >= INTERVAL_MILLISECONDS) {
      this.reportedAt.set(key, now);
      this.events.write('malicious_cors', { origin: shown, reason }, request);
    }
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
