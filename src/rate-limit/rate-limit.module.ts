import { Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuthModule } from '../auth/auth.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { Clock } from '../platform/clock/clock.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { RedisConnections } from '../platform/redis/redis-connections.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { BucketStore } from './buckets/bucket-store.js';
import { DegradingBucketStore } from './buckets/degrading-bucket-store.js';
import { MemoryBucketStore } from './buckets/memory-bucket-store.js';
import { RedisBucketStore } from './buckets/redis-bucket-store.js';
import { reportSharing } from './buckets/sharing-metrics.js';
import { AddressLimits } from './limits/address-limits.js';
import { ExcessReports } from './limits/excess-reports.js';
import { RateLimitGuard } from './limits/rate-limit.guard.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { RateLimitConfig } from './rate-limit.config.js';
import { ThrottleInterceptor } from './throttling/throttle.interceptor.js';

/**
 * P2 Rate limiting and throttling — checkpoints P2.1–P2.4.
 * Threat:  one caller exhausts the API for all, or guesses credentials at speed.
 * Defence: token buckets by address and by caller, shared through Redis; a queue for what is dear.
 * Limits:  a flood from very many addresses belongs at the network's edge.
 * Proof:   test/practices/p02-rate-limit.e2e-spec.ts
 */
@Module({
  imports: [
    AuthModule,
    EventsModule,
    RedisModule,
    MetricsModule,
    ThrottlerModule.forRootAsync({
      inject: [RateLimitConfig],
      useFactory: ({ subject }: RateLimitConfig) => [
        { limit: subject.burst, ttl: subject.windowSeconds * 1000 },
      ],
    }),
  ],
  providers: [
    {
      provide: BucketStore,
      inject: [RateLimitConfig, RedisConnections, Clock, Metrics],
      useFactory: (
        config: RateLimitConfig,
        redis: RedisConnections,
        clock: Clock,
        metrics: Metrics,
      ): BucketStore => {
        const local = new MemoryBucketStore(clock, config.maxLocalBuckets);
        if (!redis.isConfigured) {
          reportSharing(metrics, null);
          return local;
        }
        const { redisTimeoutMilliseconds } = config;
        const shared = new RedisBucketStore(redis.open('rate-limit'), redisTimeoutMilliseconds);
        const store = new DegradingBucketStore(shared, local, config.localSharePercent / 100);
        reportSharing(metrics, store);
        return store;
      },
    },
    RateLimiter,
    ExcessReports,
    AddressLimits,
    RateLimitGuard,
    ThrottleInterceptor,
  ],
  exports: [AddressLimits, RateLimitGuard, ThrottleInterceptor],
})
export class RateLimitModule implements OnApplicationBootstrap {
  private readonly logger = new Logger(RateLimitModule.name);

  constructor(private readonly config: RateLimitConfig) {}

  /** What is in force is told once, so that nobody has to wonder why a client is refused. */
  onApplicationBootstrap(): void {
    const { anonymous, subject, credentialEndpoints, failedAuthentication, documentation, plans } =
      this.config;
    const limits = { anonymous, subject, credentialEndpoints, failedAuthentication, documentation, plans };
    this.logger.log({
      limits: Object.fromEntries(Object.entries(limits).map(([name, rate]) => [name, String(rate)])),
    });
  }
}
