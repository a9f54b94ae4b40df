import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/**
 * Remembers which violations are known, so that one broken page in a million browsers leaves
 * one line in the log. Bounded twice, because strangers choose what is remembered: so many are
 * kept, and so few new ones are taken within an hour that nobody can bury the log in them.
 */
export class KnownViolations {
  private readonly logger = new Logger(KnownViolations.name);
  private readonly known: LRUCache<string, true>;
  private windowEndsAtSeconds = 0;
  private takenInWindow = 0;

  constructor(
    capacity: number,
    private readonly maxNewPerHour: number,
  ) {
    this.known = new LRUCache({ max: capacity });
  }

  /** Whether to report this one: it is new, and not one too many. */
  isNews(violation: object, nowSeconds: number): boolean {
    const key = JSON.stringify(violation);
    if (this.known.has(key)) {
      return false;
    }
    if (nowSeconds >= this.windowEndsAtSeconds) {
      this.windowEndsAtSeconds = nowSeconds + 3600;
      this.takenInWindow = 0;
    }
    if (this.takenInWindow >= this.maxNewPerHour) {
      return false;
    }
    this.takenInWindow += 1;
    if (this.takenInWindow === this.maxNewPerHour) {
      this.logger.warn(`${this.maxNewPerHour} different violations: further ones of this hour are not told`);
    }
    this.known.set(key, true);
    return true;
  }
}
