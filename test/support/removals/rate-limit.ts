import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { Clock } from '../../../src/platform/clock/clock.js';
import { RedisConnections } from '../../../src/platform/redis/redis-connections.js';
import { BucketStore } from '../../../src/rate-limit/buckets/bucket-store.js';
import { MemoryBucketStore } from '../../../src/rate-limit/buckets/memory-bucket-store.js';
import { RedisBucketStore } from '../../../src/rate-limit/buckets/redis-bucket-store.js';
import { AddressLimits } from '../../../src/rate-limit/limits/address-limits.js';
import { RateLimitGuard } from '../../../src/rate-limit/limits/rate-limit.guard.js';
import { RateLimiter } from '../../../src/rate-limit/limits/rate-limiter.js';
import { ThrottleInterceptor } from '../../../src/rate-limit/throttling/throttle.interceptor.js';
import { OpenBucketStore, SilentRateLimiter } from '../careless-limits.js';
import { replace, type Removal } from './removal.js';

/** Defences of rate-limit and how each is taken out. */
export const rateLimitRemovals = {
  'buckets by caller': {
    override: (builder) => void builder.overrideProvider(RateLimitGuard).useClass(ThrottlerGuard),
  },
  'limits by address': {
    override: replace(AddressLimits, { register: () => undefined, spendWithoutCredential: () => undefined }),
  },
  'shared buckets': {
    override: (builder) =>
      void builder.overrideProvider(BucketStore).useFactory({
        inject: [Clock],
        factory: (clock: Clock) => new MemoryBucketStore(clock, 1000),
      }),
  },
  'buckets while Redis is away': {
    override: (builder) =>
      void builder.overrideProvider(BucketStore).useFactory({
        inject: [RedisConnections],
        factory: (redis: RedisConnections) =>
          new OpenBucketStore(new RedisBucketStore(redis.open('rate-limit'), 50)),
      }),
  },
  'list of trusted proxies': { environment: () => ({ HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1' }) },
  'announced waits': {
    override: (builder) => void builder.overrideProvider(RateLimiter).useClass(SilentRateLimiter),
  },
  throttling: {
    override: replace(ThrottleInterceptor, {
      intercept: (_context: ExecutionContext, next: CallHandler) => next.handle(),
    }),
  },
} as const satisfies Record<string, Removal>;
