import type { BucketStore } from '../../src/rate-limit/buckets/bucket-store.js';
import type { BucketDecision } from '../../src/rate-limit/buckets/token-bucket.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { RateLimiter } from '../../src/rate-limit/limits/rate-limiter.js';

/* What limits must never become. For counter-proofs only. */

/** Refuses, and does not say for how long. */
export class SilentRateLimiter extends RateLimiter {
  override async spend(...parameters: Parameters<RateLimiter['spend']>): Promise<void> {
    await super.spend(...parameters).catch((error: unknown) => {
      throw error instanceof AppError ? new AppError(error.condition) : error;
    });
  }
}

/** Admits everybody while the shared store is away: the usual "fail open". */
export class OpenBucketStore implements BucketStore {
  constructor(private readonly shared: BucketStore) {}

  async take(...parameters: Parameters<BucketStore['take']>): Promise<BucketDecision> {
    try {
      return await this.shared.take(...parameters);
    } catch {
      return { isAllowed: true, remaining: 1, retryAfterMilliseconds: 0, fullAfterMilliseconds: 0 };
    }
  }
}
