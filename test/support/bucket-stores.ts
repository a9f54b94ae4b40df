import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import type { BucketStore } from '../../src/rate-limit/buckets/bucket-store.js';
import { MemoryBucketStore } from '../../src/rate-limit/buckets/memory-bucket-store.js';
import { RedisBucketStore } from '../../src/rate-limit/buckets/redis-bucket-store.js';
import { TestClock } from './test-clock.js';

/** A kind of store, with the clock by which it measures time. */
export interface StoreWorld {
  readonly store: BucketStore;
  /** The same buckets, as another part of the application has them. */
  readonly other: BucketStore;
  nowMilliseconds(): Promise<number>;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  stop(): void;
}

export function memoryWorld(): StoreWorld {
  const clock = new TestClock();
  const store = new MemoryBucketStore(clock, 10_000);
  return {
    store,
    other: store,
    nowMilliseconds: () => Promise.resolve(clock.nowMilliseconds()),
    pass: (milliseconds) => Promise.resolve(clock.advanceSeconds(milliseconds / 1000)),
    stop: () => undefined,
  };
}

/** Its time is the server's, and passes by itself. */
export async function redisStoreWorld(): Promise<StoreWorld> {
  const connections = await RedisConnections.create(new RedisConfig({ url: inject('redisUrl') ?? '' }));
  const [one, two] = [connections.open('test-1'), connections.open('test-2')];
  await Promise.all([one, two].map((redis) => new Promise((resolve) => redis.once('ready', resolve))));
  return {
    store: new RedisBucketStore(one, 5000),
    other: new RedisBucketStore(two, 5000),
    async nowMilliseconds() {
      const [seconds, microseconds] = await one.time();
      return Number(seconds) * 1000 + Number(microseconds) / 1000;
    },
    // A timer may be early by the fraction of a millisecond that the server counts.
    pass: (milliseconds) => delay(Math.ceil(milliseconds) + 1),
    stop: () => connections.onApplicationShutdown(),
  };
}
