import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { from, statusesOf, tally } from '../support/limited-routes.js';
import { startProcess, type InstanceProcess } from '../support/processes.js';
import { startRedis, type RedisServer } from '../support/redis.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: the same caller asks every instance at once, and gets the limit once from each.
 * Four processes of the built application, with one Redis between them.
 */

const CAPACITY = 150;
const PER_SECOND = 20;

const redis: RedisServer | null = await startRedis();

describe.skipIf(redis === null)('four instances', async () => {
  const connections = await RedisConnections.create(new RedisConfig({ url: redis?.url }));
  const clockOfRedis = connections.open('test');
  const agent = new Agent({ keepAlive: true, maxSockets: 25 });
  let app: TestApp;
  let instances: InstanceProcess[];

  const environment = {
    REDIS_URL: redis?.url,
    HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1',
    RATE_LIMIT_ANONYMOUS: `${PER_SECOND}/second burst ${CAPACITY}`,
    // The processors of a test run are busy, and a slow answer is none that is missing.
    RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '5000',
  };

  beforeAll(async () => {
    app = await createTestApp();
    const shared = { ...app.environment, ...environment };
    instances = await Promise.all(Array.from({ length: 4 }, () => startProcess(shared)));
  });
  afterAll(async () => {
    agent.destroy();
    await Promise.all(instances.map((instance) => instance.stop()));
    await app.stop();
    connections.onApplicationShutdown();
    await redis?.stop();
  });

  async function redisSeconds(): Promise<number> {
    const [seconds, microseconds] = await clockOfRedis.time();
    return Number(seconds) + Number(microseconds) / 1e6;
  }

  const ask = (instance: number, address: string): Promise<{ status: number; retryAfter: number }> =>
    new Promise((resolve, reject) => {
      const url = `${instances[instance % instances.length]?.url}/nowhere`;
      get(
        url,
        { agent, headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' } },
        (response) => {
          response.resume();
          const retryAfter = Number(response.headers['retry-after'] ?? 0);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter }));
        },
      ).on('error', reject);
    });

  it('[P2.2] admit together what one would: capacity + rate × time, of thousands of requests', async () => {
    const address = '198.51.100.1';
    const statuses: number[] = [];
    let next = 0;
    let [firstAnsweredAt, lastAskedAt] = [Infinity, 0];
    const worker = async (): Promise<void> => {
      while (next < 4000) {
        next += 1;
        lastAskedAt = performance.now();
        statuses.push((await ask(next, address)).status);
        firstAnsweredAt = Math.min(firstAnsweredAt, performance.now());
      }
    };

    const start = await redisSeconds();
    await Promise.all(Array.from({ length: 100 }, worker));
    const elapsed = (await redisSeconds()) - start;
    const between = (lastAskedAt - firstAnsweredAt) / 1000;

    const { 404: admitted = 0, 429: refused = 0 } = tally(statuses);
    expect(admitted + refused).toBe(4000);
    expect(admitted).toBeLessThanOrEqual(CAPACITY + PER_SECOND * elapsed + 0.01);
    expect(admitted).toBeGreaterThanOrEqual(CAPACITY + PER_SECOND * between - 2);
  });

  it('[P2.3] agree on the time to wait: one of them told it, another one keeps it', async () => {
    const address = '198.51.100.2';
    await Promise.all(Array.from({ length: CAPACITY + 50 }, (_, index) => ask(index, address)));

    let refused = await ask(0, address);
    while (refused.status !== 429) {
      refused = await ask(0, address); // a token may have come meanwhile
    }
    await delay(refused.retryAfter * 1000);
    const admitted = await ask(1, address);

    expect([refused.status, admitted.status]).toEqual([429, 404]);
    expect(refused.retryAfter).toBe(1);
  });

  it('[P2.2] say nothing of a Redis that is there', () => {
    expect(instances.map((instance) => instance.output()).join('')).not.toMatch(
      /counted by this instance alone/,
    );
  });

  it('[P2.2] counter-proof: two instances with a memory of their own admit twice as much', async () => {
    const hourly = { ...environment, RATE_LIMIT_ANONYMOUS: '30/hour' };
    const pairOf = (removal?: ReturnType<typeof without>): Promise<TestApp[]> =>
      Promise.all(
        [1, 2].map(() =>
          createTestApp({ besides: app, environment: hourly, ...(removal !== undefined && { removal }) }),
        ),
      );
    const [shared, separate] = [await pairOf(), await pairOf(without('shared buckets'))];
    const admittedBy = async (pair: TestApp[]): Promise<number> => {
      const address = `2001:db8:${randomUUID().slice(0, 4)}::1`;
      const statuses = await Promise.all(
        pair.map((one) => statusesOf(40, () => from(one, address).get('/nowhere'))),
      );
      return tally(statuses.flat())[404] ?? 0;
    };

    const admitted = [await admittedBy(shared), await admittedBy(separate)];

    expect(admitted).toEqual([30, 60]);
    await Promise.all([...shared, ...separate].map((one) => one.stop()));
  });
});
