import { LRUCache } from 'lru-cache';
import type { Clock } from '../../platform/clock/clock.js';
import type { BucketStore } from './bucket-store.js';
import { takeTokens, type BucketDecision, type BucketPolicy } from './token-bucket.js';

/**
 * Buckets of one process. Every call takes the same time, whatever the history of its caller,
 * and a flood of new callers cannot fill the memory: the bucket that was not used for longest
 * goes first. To gain a full bucket in this way a caller has to come with as many other
 * addresses in between, each of which pays for itself.
 *
 * Not a `Map` whose entries are deleted and set again: V8 keeps what was deleted in its chains
 * until the table is rebuilt, so that the busiest caller would slow down everybody.
 */
export class MemoryBucketStore implements BucketStore {
  /** When each bucket will be full again. */
  private readonly fullAt: LRUCache<string, number>;

  constructor(
    private readonly clock: Clock,
    maxBuckets: number,
  ) {
    this.fullAt = new LRUCache({ max: maxBuckets });
  }

  get size(): number {
    return this.fullAt.size;
  }

  take(key: string, cost: number, policy: BucketPolicy): BucketDecision {
    const bucket = `${policy.name}:${key}`;
    const known = this.fullAt.get(bucket);
    const { fullAt, decision } = takeTokens(known, cost, policy, this.clock.nowMilliseconds());
    if (cost > 0) {
      this.fullAt.set(bucket, fullAt);
    }
    return decision;
  }
}
