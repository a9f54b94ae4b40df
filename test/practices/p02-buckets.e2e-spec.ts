import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import {
  takeTokens,
  type BucketDecision,
  type BucketPolicy,
} from '../../src/rate-limit/buckets/token-bucket.js';
import { memoryWorld, redisStoreWorld, type StoreWorld } from '../support/bucket-stores.js';

/*
 * One contract for both stores: whatever a bucket promises, it promises in memory and in Redis,
 * to one caller or to hundreds at once. Refills are fast, so that nobody has to wait.
 */

const worlds = [
  { name: 'memory', create: (): Promise<StoreWorld> => Promise.resolve(memoryWorld()), isMissing: false },
  { name: 'Redis', create: redisStoreWorld, isMissing: inject('redisUrl') === null },
];

const policyOf = (capacity: number, refillPerSecond: number, name = 'test'): BucketPolicy => ({
  name,
  capacity,
  refillPerSecond,
});
const HOURLY = 1 / 3600;

describe.each(worlds)('buckets in $name', ({ create, isMissing }) => {
  describe.skipIf(isMissing)('whoever asks', () => {
    let world: StoreWorld;
    const take = async (key: string, policy: BucketPolicy, cost = 1): Promise<BucketDecision> =>
      world.store.take(key, cost, policy);

    beforeAll(async () => {
      world = await create();
    });
    afterAll(() => world.stop());

    it('[P2.1] [P2.2] admit their capacity once, of five hundred requests at once from two sides', async () => {
      const [key, policy] = [randomUUID(), policyOf(37, HOURLY)];

      const decisions = await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          Promise.resolve((index % 2 === 0 ? world.store : world.other).take(key, 1, policy)),
        ),
      );

      expect(decisions.filter(({ isAllowed }) => isAllowed)).toHaveLength(37);
      expect(decisions.map(({ remaining }) => remaining).toSorted((a, b) => b - a)[0]).toBe(36);
    });

    it('[P2.1] never admit more than capacity + rate × time, and no less by more than a token', async () => {
      // Two seconds' worth: a machine that stands still for a moment fills no bucket, which would lose tokens.
      const [key, policy] = [randomUUID(), policyOf(200, 100)];
      let admitted = 0;

      const before = await world.nowMilliseconds();
      await take(key, policy, 200);
      const start = await world.nowMilliseconds();
      for (let round = 0; round < 40; round += 1) {
        const decisions = await Promise.all(Array.from({ length: 25 }, () => take(key, policy)));
        admitted += decisions.filter(({ isAllowed }) => isAllowed).length;
        await world.pass(7);
      }
      const end = await world.nowMilliseconds();
      const drained = await Promise.all(Array.from({ length: 200 }, () => take(key, policy)));
      admitted += drained.filter(({ isAllowed }) => isAllowed).length;
      const after = await world.nowMilliseconds();

      expect(admitted).toBeLessThanOrEqual(((after - before) / 1000) * 100 + 0.01);
      expect(admitted).toBeGreaterThanOrEqual(((end - start) / 1000) * 100 - 1);
    });

    it('[P2.3] admit again after the time they name, and are full after the time they name', async () => {
      const [key, policy] = [randomUUID(), policyOf(4, 4)];
      const before = await world.nowMilliseconds();
      await take(key, policy, 4);

      const refused = await take(key, policy, 2);
      const elapsed = (await world.nowMilliseconds()) - before;
      await world.pass(refused.retryAfterMilliseconds);
      const admitted = await take(key, policy, 2);
      await world.pass(admitted.fullAfterMilliseconds);
      const full = await take(key, policy, 4);

      expect([refused.isAllowed, admitted.isAllowed, full.isAllowed]).toEqual([false, true, true]);
      expect(refused.retryAfterMilliseconds).toBeGreaterThanOrEqual(499 - elapsed);
      expect(refused.retryAfterMilliseconds).toBeLessThanOrEqual(500);
    });

    it('[P2.1] decide as the arithmetic on paper does', async () => {
      const [key, policy] = [randomUUID(), policyOf(50, HOURLY)];
      const costs = Array.from({ length: 60 }, (_, index) => [1, 0, 3, 7, 2, 60, 1][index % 7] ?? 1);
      const now = await world.nowMilliseconds();
      let fullAt: number | undefined;
      const onPaper = costs.map((cost) => {
        const step = takeTokens(fullAt, cost, policy, now);
        fullAt = step.fullAt;
        return [step.decision.isAllowed, step.decision.remaining];
      });

      const decided: unknown[] = [];
      for (const cost of costs) {
        const { isAllowed, remaining } = await take(key, policy, cost);
        decided.push([isAllowed, remaining]);
      }

      expect(decided).toEqual(onPaper);
    });

    it('[P2.1] keep callers and policies apart, however they are called', async () => {
      const unique = randomUUID();
      const keys = ['', 'a', 'a:b', 'b', ' ', '"', '\n', '\0', 'é👩', '{x}', 'x'.repeat(10_000)];
      const names = ['test', 'test:a', 'te'];
      const buckets = keys.flatMap((key) => names.map((name) => ({ key: unique + key, name })));

      const first = await Promise.all(buckets.map(({ key, name }) => take(key, policyOf(1, HOURLY, name))));
      const second = await Promise.all(buckets.map(({ key, name }) => take(key, policyOf(1, HOURLY, name))));

      expect(first.every(({ isAllowed }) => isAllowed)).toBe(true);
      expect(second.some(({ isAllowed }) => isAllowed)).toBe(false);
    });

    it('[P2.1] hold a limit that was lowered while the bucket was in use', async () => {
      const key = randomUUID();
      await take(key, policyOf(100, HOURLY), 60);

      const lowered = await take(key, policyOf(50, HOURLY));

      expect(lowered).toMatchObject({ isAllowed: false, remaining: 0 });
    });
  });
});

describe.skipIf(inject('redisUrl') === null)('Redis', async () => {
  const connections = await RedisConnections.create(new RedisConfig({ url: inject('redisUrl') ?? '' }));
  const redis = connections.open('test');
  let world: StoreWorld;

  beforeAll(async () => {
    world = await redisStoreWorld();
  });
  afterAll(() => {
    world.stop();
    connections.onApplicationShutdown();
  });

  it('[P2.2] forgets buckets when they are full again, and looks leave none', async () => {
    const [key, looked] = [randomUUID(), randomUUID()];
    const policy = policyOf(10, 2);

    const { fullAfterMilliseconds } = await world.store.take(key, 3, policy);
    await world.store.take(looked, 0, policy);
    const during = await redis.exists(`rate-limit:test:${key}`, `rate-limit:test:${looked}`);
    await world.pass(fullAfterMilliseconds + 20);

    expect(fullAfterMilliseconds).toBeLessThanOrEqual(1500);
    expect([during, await redis.exists(`rate-limit:test:${key}`)]).toEqual([1, 0]);
  });

  it('[P2.2] goes on when it has forgotten the script', async () => {
    const [key, policy] = [randomUUID(), policyOf(2, HOURLY)];
    await world.store.take(key, 1, policy);

    await redis.script('FLUSH');
    const decisions = await Promise.all([1, 2, 3].map(async () => world.store.take(key, 1, policy)));

    expect(decisions.filter(({ isAllowed }) => isAllowed)).toHaveLength(1);
  });
});
