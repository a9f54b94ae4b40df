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

/** A store that is lost together with its server: the usual "fail open". */
export const OPEN_DOOR: BucketDecision = {
  isAllowed: true,
  remaining: 1,
  retryAfterMilliseconds: 0,
  fullAfterMilliseconds: 0,
};
