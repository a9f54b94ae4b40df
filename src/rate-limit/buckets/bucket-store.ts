import type { BucketDecision, BucketPolicy } from './token-bucket.js';

/** Where buckets are kept. A store in memory answers at once; a shared one takes a round trip. */
export interface BucketStore {
  /**
   * Takes `cost` tokens from the bucket of `key` under `policy`, or none if there are not enough.
   * @param cost 0 only looks whether a token is left
   */
  take(key: string, cost: number, policy: BucketPolicy): BucketDecision | Promise<BucketDecision>;
}

export const BucketStore = Symbol('BucketStore');
