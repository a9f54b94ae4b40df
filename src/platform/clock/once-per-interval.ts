import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

/**
 * Lets each thing through once in a while, for reports that somebody could otherwise fill a log
 * with. Bounded: what was not seen for long is forgotten, and let through again.
 */
export class OncePerInterval {
  private readonly passedAt: LRUCache<string, number>;

  constructor(
    private readonly clock: Clock,
    maxRemembered: number,
  ) {
    this.passedAt = new LRUCache({ max: maxRemembered });
  }

  /** Whether it was not let through during the last `intervalMilliseconds`; then it is now. */
  isDue(what: string, intervalMilliseconds: number): boolean {
    const now = this.clock.nowMilliseconds();
    if (now - (this.passedAt.get(what) ?? -Infinity) < intervalMilliseconds) {
      return false;
    }
    this.passedAt.set(what, now);
    return true;
  }
}
