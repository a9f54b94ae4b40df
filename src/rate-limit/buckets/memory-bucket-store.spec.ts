import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../../../test/support/test-clock.js';
import { MemoryBucketStore } from './memory-bucket-store.js';

const HOURLY = { name: 'test', capacity: 60, refillPerSecond: 60 / 3600 };

/** Microseconds that one refusal takes: the least of several times, since a busy machine only adds to it. */
function costOfRefusal(store: MemoryBucketStore, key: string): number {
  const rounds = 5000;
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      store.take(key, 1, HOURLY);
    }
    return ((performance.now() - start) * 1000) / rounds;
  });
  return Math.min(...times);
}

describe('buckets in memory', () => {
  it('keep no more than allowed under a flood of new addresses', () => {
    const store = new MemoryBucketStore(new TestClock(), 10_000);

    for (let address = 0; address < 200_000; address += 1) {
      store.take(`2001:db8:${address.toString(16)}:0::/64`, 1, HOURLY);
    }

    expect(store.size).toBe(10_000);
  });

  it('forget first who was not seen for longest, and not the busy one', () => {
    const store = new MemoryBucketStore(new TestClock(), 3);
    store.take('busy', 60, HOURLY);
    ['idle', 'other'].forEach((key) => store.take(key, 60, HOURLY));
    store.take('busy', 1, HOURLY);

    store.take('new', 1, HOURLY);

    expect(store.take('busy', 1, HOURLY).isAllowed).toBe(false);
    expect(store.take('idle', 1, HOURLY).isAllowed).toBe(true);
  });

  it('answer a hundred thousand callers as fast as one, and the busiest as fast as the others', () => {
    const store = new MemoryBucketStore(new TestClock(), 100_000);
    costOfRefusal(store, 'busy');
    const alone = costOfRefusal(store, 'busy');
    for (let caller = 0; caller < 100_000; caller += 1) {
      store.take(`caller-${caller}`, 1, HOURLY);
    }

    const crowded = costOfRefusal(store, 'busy');

    // A Map whose entries are deleted and set again takes a hundred times as long, and the
    // lists of the default storage of @nestjs/throttler thousands of times.
    expect(crowded).toBeLessThan(alone * 10 + 5);
  });

  it('a look leaves no trace', () => {
    const store = new MemoryBucketStore(new TestClock(), 1000);

    store.take('stranger', 0, HOURLY);

    expect(store.size).toBe(0);
  });
});
