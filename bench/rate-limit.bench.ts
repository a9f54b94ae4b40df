import { performance } from 'node:perf_hooks';
import { ThrottlerStorageService } from '@nestjs/throttler';
import { expect, inject, it } from 'vitest';
import { RedisConfig } from '../src/platform/redis/redis.config.js';
import { RedisConnections } from '../src/platform/redis/redis-connections.js';
import type { BucketStore } from '../src/rate-limit/buckets/bucket-store.js';
import { MemoryBucketStore } from '../src/rate-limit/buckets/memory-bucket-store.js';
import { RedisBucketStore } from '../src/rate-limit/buckets/redis-bucket-store.js';
import { TestClock } from '../test/support/test-clock.js';
import { markdownTable, rounded, type Row } from './markdown-table.js';
import { publish } from './publish.js';
import { medianOf } from './statistics.js';

/*
 * npm run bench:rate-limit: what one decision costs, in memory and in Redis on this machine, and in the
 * default storage of @nestjs/throttler. Writes the table into the README of the folder.
 */

const README = 'src/rate-limit/README.md';
const ROUNDS = 7;
const POLICY = { name: 'bench', capacity: 5000, refillPerSecond: 5000 / 3600 };

interface Measurement {
  readonly what: string;
  readonly decisions: number;
  /** How many are made at once; 0 for a store that answers at once. */
  readonly atOnce: number;
  readonly decide: (index: number) => unknown;
}

/** Microseconds for each decision. */
async function run({ decisions, atOnce, decide }: Measurement): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < decisions; index += Math.max(atOnce, 1)) {
    if (atOnce === 0) {
      decide(index);
    } else {
      await Promise.all(Array.from({ length: atOnce }, async (_, offset) => decide(index + offset)));
    }
  }
  return ((performance.now() - start) * 1000) / decisions;
}

function filled(callers: number): BucketStore {
  const store = new MemoryBucketStore(new TestClock(), 100_000);
  for (let caller = 0; caller < callers; caller += 1) {
    void store.take(`caller-${caller}`, 1, POLICY);
  }
  return store;
}

/** The default storage with a caller who has already made so many requests. */
async function defaultStorage(hits: number): Promise<ThrottlerStorageService> {
  const storage = new ThrottlerStorageService();
  for (let hit = 0; hit < hits; hit += 1) {
    await storage.increment('busy', 3_600_000, hits, 3_600_000, 'default');
  }
  return storage;
}

async function connected(url: string): Promise<{ connections: RedisConnections; store: BucketStore }> {
  const connections = await RedisConnections.create(new RedisConfig({ url }));
  const connection = connections.open('bench');
  await new Promise((resolve) => connection.once('ready', resolve));
  return { connections, store: new RedisBucketStore(connection, 5000) };
}

function measurementsOf(store: BucketStore): Measurement[] {
  const decide = (index: number): unknown => store.take(`${index % 1000}`, 1, POLICY);
  return [
    { what: 'Redis, a hundred at once', decisions: 20_000, atOnce: 100, decide },
    { what: 'Redis, one after the other', decisions: 2000, atOnce: 1, decide },
  ];
}

it('measures', async () => {
  const redisUrl = inject('redisUrl');
  const redis = redisUrl === null ? undefined : await connected(redisUrl);
  const [crowd, few] = [filled(100_000), filled(1)];
  const [young, old] = [await defaultStorage(100), await defaultStorage(5000)];
  let newcomers = 0;
  const measurements: Measurement[] = [
    {
      what: 'memory, one caller',
      decisions: 200_000,
      atOnce: 0,
      decide: () => few.take('caller-0', 1, POLICY),
    },
    {
      what: 'memory, a hundred thousand callers',
      decisions: 200_000,
      atOnce: 0,
      decide: (index) => crowd.take(`caller-${(index * 7919) % 100_000}`, 1, POLICY),
    },
    {
      what: 'memory, a new caller each time (flood)',
      decisions: 200_000,
      atOnce: 0,
      decide: () => crowd.take(`new-${(newcomers += 1)}`, 1, POLICY),
    },
    ...(redis ? measurementsOf(redis.store) : []),
    {
      what: 'default storage of the library, 100 hits in the window',
      decisions: 2000,
      atOnce: 100,
      decide: () => young.increment('busy', 3_600_000, 100, 3_600_000, 'default'),
    },
    {
      what: 'default storage of the library, 5000 hits in the window',
      decisions: 500,
      atOnce: 100,
      decide: () => old.increment('busy', 3_600_000, 5000, 3_600_000, 'default'),
    },
  ];
  const rows: Row[] = [];
  // Warm.
  for (const measurement of measurements) {
    await run(measurement);
  }
  for (const measurement of measurements) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(await run(measurement));
    }
    const median = medianOf(times);
    rows.push([measurement.what, rounded(median), rounded(1_000_000 / median)]);
  }
  redis?.connections.onApplicationShutdown();
  [young, old].forEach((storage) => storage.onApplicationShutdown());
  const table = markdownTable(['', 'µs for each decision', 'decisions a second'], rows);
  await publish('rate-limit', table, README);
  expect(rows).toHaveLength(measurements.length);
});
