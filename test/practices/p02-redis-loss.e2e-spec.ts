import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { freePort } from '../support/free-port.js';
import { BEHIND_PROXY, from, newAddress, statusesOf, tally } from '../support/limited-routes.js';
import { PATIENCE } from '../support/patience.js';
import { startRedis, type RedisServer } from '../support/redis.js';
import { METRICS_ENVIRONMENT, samplesOf } from '../support/scraper.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: take Redis away, by load or by luck, and see whether the limits go with it. The
 * other failure is as bad: an API that falls with the server that only counts for it.
 */

const CAPACITY = 40;
const SHARE = 0.5;
const LOST = 'rate limits are counted by this instance alone';
const FOUND = 'rate limits are shared by all instances again';
const port = await freePort();
let redis: RedisServer | null = await startRedis(port);

describe.skipIf(redis === null)('while Redis is away', async () => {
  const connections = await RedisConnections.create(new RedisConfig({ url: redis?.url }));
  const admin = connections.open('test');
  const environment = {
    ...BEHIND_PROXY,
    ...METRICS_ENVIRONMENT,
    REDIS_URL: redis?.url,
    RATE_LIMIT_ANONYMOUS: `${CAPACITY}/hour`,
    RATE_LIMIT_LOCAL_SHARE_PERCENT: String(SHARE * 100),
    // Longer than the default, because the processors of a test run are busy. One that is lost fails at once.
    RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '5000',
  };
  let one: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    one = await createTestApp({ environment });
    other = await createTestApp({ environment, besides: one });
    admin.on('error', () => undefined);
    await isShared();
  });
  afterAll(async () => {
    connections.onApplicationShutdown();
    await other.stop();
    await one.stop();
    await redis?.stop();
  });

  const ask = (app: TestApp, address: string): Promise<{ status: number }> =>
    from(app, address).get('/nowhere');

  const lines = (text: string): number =>
    one.log.all.filter(({ msg }) => String(msg).startsWith(text)).length;

  const losses = async (): Promise<number> =>
    Number((await samplesOf(one, 'rate_limit_losses_total'))[0]?.split(' ')[1]);

  /** Both instances count in Redis: what one was asked, the other knows. */
  const isShared = (instance = other): Promise<void> =>
    vi.waitFor(async () => {
      const address = newAddress();
      await ask(one, address);
      const { headers } = await from(instance, address).get('/nowhere');
      expect(headers.get('x-ratelimit-remaining')).toBe(String(CAPACITY - 2));
    }, PATIENCE);

  /** An instance that reaches Redis through a proxy. */
  async function behindProxy(): Promise<{ proxy: TcpProxy; distant: TestApp }> {
    const proxy = await TcpProxy.start(redis?.url ?? '');
    onTestFinished(() => proxy.stop());
    const url = `redis://127.0.0.1:${proxy.port}`;
    const distant = await createTestApp({ environment: { ...environment, REDIS_URL: url }, besides: one });
    onTestFinished(() => distant.stop());
    await isShared(distant);
    return { proxy, distant };
  }

  it('[P2.2] no request fails, the limits hold within the share, and all heals by itself', async () => {
    const [before, address] = [{ lost: lines(LOST), found: lines(FOUND) }, newAddress()];
    const lossesBefore = await losses();
    const statuses: number[] = [];
    const end = new AbortController();
    const load = async (app: TestApp): Promise<void> => {
      while (!end.signal.aborted) {
        statuses.push((await ask(app, address)).status);
      }
    };
    const running = Promise.all([one, one, one, other, other, other].map(load));

    await vi.waitFor(() => expect(tally(statuses)[404]).toBe(CAPACITY), PATIENCE);
    await redis?.stop();
    await vi.waitFor(() => expect(lines(LOST)).toBe(before.lost + 2), PATIENCE);
    await vi.waitFor(() => expect(tally(statuses)[404]).toBe(CAPACITY * (1 + 2 * SHARE)), PATIENCE);
    await delay(200);
    const whileAway = tally(statuses)[404];
    const measured = [await samplesOf(one, 'rate_limit_degraded'), await losses()];
    redis = await startRedis(port);
    await vi.waitFor(() => expect(lines(FOUND)).toBe(before.found + 2), PATIENCE);
    end.abort();
    await running;

    expect(Object.keys(tally(statuses))).toEqual(['404', '429']);
    expect(whileAway).toBe(CAPACITY * (1 + 2 * SHARE));
    expect(measured).toEqual([['rate_limit_degraded 1'], lossesBefore + 1]);
    expect(await samplesOf(one, 'rate_limit_degraded')).toEqual(['rate_limit_degraded 0']);
    // The new Redis knows nothing of what the old one granted.
    expect(tally(statuses)[404]).toBeLessThanOrEqual(CAPACITY * (2 + 2 * SHARE));
    expect([lines(LOST) - before.lost, lines(FOUND) - before.found]).toEqual([2, 2]);
    await isShared();
  });

  it('[P2.2] a Redis that is slow keeps nobody waiting', async () => {
    const impatient = await createTestApp({
      environment: { ...environment, RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '400' },
      besides: one,
    });
    onTestFinished(() => impatient.stop());
    await isShared(impatient);
    await vi.waitFor(() => expect(admin.status).toBe('ready'), PATIENCE);
    const address = newAddress();
    const durations: number[] = [];
    await admin.client('PAUSE', 60_000, 'WRITE');

    const statuses = await statusesOf(30, async () => {
      const start = performance.now();
      const answer = await ask(impatient, address);
      durations.push(performance.now() - start);
      return answer;
    });
    await admin.client('UNPAUSE');

    expect(tally(statuses)).toEqual({ 404: CAPACITY * SHARE, 429: 30 - CAPACITY * SHARE });
    // Whoever waits for as long as the connection does waits for two seconds.
    expect(Math.max(...durations)).toBeLessThan(2000);
    await isShared(impatient);
  });

  it('[P2.2] a primary that has become a replica is left for the new one', async () => {
    const successor = await startRedis();
    onTestFinished(() => successor?.stop());
    const { proxy, distant } = await behindProxy();
    const address = newAddress();

    proxy.targetUrl = successor?.url ?? '';
    await admin.replicaof('127.0.0.1', String(await freePort()));
    const statuses = await statusesOf(CAPACITY, () => ask(distant, newAddress()));

    expect(tally(statuses)).toEqual({ 404: CAPACITY });
    const elsewhere = (await RedisConnections.create(new RedisConfig({ url: successor?.url }))).open('test');
    onTestFinished(() => elsewhere.disconnect());
    await vi.waitFor(async () => {
      await ask(distant, address);
      expect(await elsewhere.exists(`rate-limit:anonymous:${address}`)).toBe(1);
    }, PATIENCE);
    await admin.replicaof('NO', 'ONE');
  });

  it('[P2.2] a server that vanished without a word is connected again', async () => {
    const { proxy, distant } = await behindProxy();

    proxy.fallSilent();
    const statuses = await statusesOf(CAPACITY, () => ask(distant, newAddress()));

    expect(tally(statuses)).toEqual({ 404: CAPACITY });
    await isShared(distant);
  });

  it('[P2.2] a connection that is back is not closed for an answer that the lost one owed', async () => {
    const connection = connections.open('test');
    const closed = vi.fn();
    connection.on('error', () => undefined).on('close', closed);
    await vi.waitFor(() => expect([connection.status, admin.status]).toEqual(['ready', 'ready']), PATIENCE);
    const id = await connection.client('ID');

    const owed = connection.blpop('nothing', 0).catch(() => 'lost');
    await admin.client('KILL', 'ID', id);
    await vi.waitFor(
      () => expect([closed.mock.calls.length, connection.status]).toEqual([1, 'ready']),
      PATIENCE,
    );
    await delay(2500);

    expect(await owed).toBe('lost');
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('[P2.2] an instance starts, and has limits from its first request', async () => {
    const alone = await createTestApp({
      environment: { ...environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` },
      besides: one,
    });
    const address = newAddress();

    const statuses = await statusesOf(CAPACITY, () => ask(alone, address));

    expect(tally(statuses)).toEqual({ 404: CAPACITY * SHARE, 429: CAPACITY * (1 - SHARE) });
    await alone.stop();
  });

  it('[P2.2] counter-proof: whoever fails open has no limit as soon as Redis is gone', async () => {
    const careless = await createTestApp({
      environment: { ...environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` },
      removal: without('buckets while Redis is away'),
      besides: one,
    });
    const address = newAddress();

    const statuses = await statusesOf(CAPACITY * 3, () => ask(careless, address));

    expect(tally(statuses)).toEqual({ 404: CAPACITY * 3 });
    await careless.stop();
  });
});
