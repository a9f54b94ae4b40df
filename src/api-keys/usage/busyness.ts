import { LRUCache } from 'lru-cache';

const MAX_KEYS = 20_000;
const MINUTE_MILLISECONDS = 60_000;

/** So many times its busiest minute so far is unlike a key. */
const SPIKE_FACTOR = 5;
/** Below this nobody needs to be told, and a key that is hardly used has no past to compare with. */
const SPIKE_FLOOR = 100;

/** The current minute of a key. */
export interface Minute {
  readonly minute: number;
  readonly count: number;
  /** How often it was used in the last minute in which it was: the newest that is complete. */
  readonly countBefore: number;
}

/** How often each key is used in the current minute. */
export class Busyness {
  private readonly minutes = new LRUCache<string, Minute>({ max: MAX_KEYS });

  /** Counts one use. */
  count(keyId: string, nowMilliseconds: number): Minute {
    const minute = Math.floor(nowMilliseconds / MINUTE_MILLISECONDS);
    const known = this.minutes.get(keyId);
    const current =
      known?.minute === minute
        ? { ...known, count: known.count + 1 }
        : { minute, count: 1, countBefore: known?.count ?? 0 };
    this.minutes.set(keyId, current);
    return current;
  }

  /** Whether a minute is far busier than every one before; a key without a past has no spike. */
  isSpike(count: number, busiestBefore: number): boolean {
    return busiestBefore > 0 && count >= SPIKE_FLOOR && count > SPIKE_FACTOR * busiestBefore;
  }
}
