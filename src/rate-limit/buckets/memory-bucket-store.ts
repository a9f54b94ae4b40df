import type { Clock } from '../../platform/clock/clock.js';
import type { BucketStore } from './bucket-store.js';
import { takeTokens, type BucketDecision, type BucketPolicy } from './token-bucket.js';

/**
 * Buckets of one process. Every call takes the same time, whatever the history of its caller,
 * and a flood of new callers cannot fill the memory: the bucket that was not used for longest
 * goes first. To gain a full bucket in this way a caller has to come with as many other
 * addresses in between, each of which pays for itself.
 */
export class MemoryBucketStore implements BucketStore {
  /** When each bucket will be full again, in the order of last use. */
  private readonly fullAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly maxBuckets: number,
  ) {}

  get size(): number {
    return this.fullAt.size;
  }

  take(key: string, cost: number, policy: BucketPolicy): BucketDecision {
    const bucket = `${policy.name}:${key}`;
    const known = this.fullAt.get(bucket);
    const { fullAt, decision } = takeTokens(known, cost, policy, this.clock.nowMilliseconds());
    if (cost === 0) {
      return decision;
    }
    if (known !== undefined) {
      this.fullAt.delete(bucket);
    } else if (this.fullAt.size >= this.maxBuckets) {
      this.fullAt.delete(this.leastRecentlyUsed());
    }
    this.fullAt.set(bucket, fullAt);
    return decision;
  }

  private leastRecentlyUsed(): string {
    return this.fullAt.keys().next().value ?? '';
  }
}
