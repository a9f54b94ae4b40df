import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { publishThroughRedis } from '../../src/platform/push/publish-through-redis.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { TestAuthority } from '../support/certificates.js';
import { testEnvironment } from '../support/environment.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { startTlsRedis, trusting } from '../support/tls-redis.js';

/*
 * The attack: somebody between the instances and their Redis takes its password, reads who calls and from where,
 * fills and empties buckets, and holds back that a key is revoked.
 */

const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-redis-'));
const file = (name: string): string => path.join(folder, name);
const ours = await TestAuthority.create('Ours');
const redis = await startTlsRedis(folder, await ours.issue(['localhost']));

beforeAll(async () => {
  await writeFile(file('ours.pem'), ours.certificate);
  await writeFile(file('stranger.pem'), (await TestAuthority.create('A stranger')).certificate);
});
afterAll(async () => {
  await redis?.stop();
  await rm(folder, { recursive: true });
});

describe.skipIf(redis === null)('a connection to Redis with TLS', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.stop());

  const bucketsAfterOneCall = async (url: string): Promise<number> => {
    // Longer than the default, because the processors of a test run are busy.
    const patient = { REDIS_URL: url, RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '5000' };
    const sharing = await createTestApp({ besides: app, environment: patient });
    const answer = await (await sharing.as()).get('/v2/customers');
    await sharing.stop();
    const watcher = await RedisConnections.create(
      new RedisConfig({ url: trusting(redis?.url ?? '', file('ours.pem')) }),
    );
    const client = watcher.open('test');
    await new Promise((resolve) => client.once('ready', resolve));
    const count = await client.dbsize();
    await client.flushall();
    watcher.onApplicationShutdown();
    expect(answer.status).toBe(200);
    return count;
  };

  it.each([
    ['a certificate of another authority', 'localhost', 'stranger.pem'],
    ['a certificate for another name', '127.0.0.1', 'ours.pem'],
  ])('[P2.2] is not made to %s: each instance counts alone, and says so', async (_what, host, authority) => {
    const url = trusting(redis?.url.replace('localhost', host) ?? '', file(authority));
    const before = app.log.all.length;

    expect(await bucketsAfterOneCall(url)).toBe(0);
    expect(JSON.stringify(app.log.all.slice(before))).toMatch(/Redis is away .*(SELF_SIGNED|VERIFY|ALTNAME)/);
  });

  it('[P2.2] is made to the right server', async () => {
    // A first request may come before the connection stands, and is counted by its instance alone then.
    await vi.waitFor(
      async () =>
        expect(await bucketsAfterOneCall(trusting(redis?.url ?? '', file('ours.pem')))).toBeGreaterThan(0),
      { timeout: 20_000 },
    );
  });

  it('[P8.5] is not made to the wrong server by a command either', async () => {
    const announcements = [{ topic: 'keys', message: 'k1' }];
    const publish = (authority: string): Promise<void> =>
      publishThroughRedis(trusting(redis?.url ?? '', file(authority)), announcements);

    await expect(publish('stranger.pem')).rejects.toThrow();
    await expect(publish('ours.pem')).resolves.toBeUndefined();
  });

  it('[P2.2] cannot be weakened by a variable of Node', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const publish = publishThroughRedis(trusting(redis?.url ?? '', file('stranger.pem')), []);

    await expect(publish).rejects.toThrow();
    vi.unstubAllEnvs();
  });

  it('[P2.2] counter-proof: a client that encrypts without verifying trusts the wrong server', async () => {
    const client = new Redis(redis?.url ?? '', { tls: { rejectUnauthorized: false } });

    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });
});

describe('the address of Redis', () => {
  const parse = (url: string, kind: string, slices = CONFIG_SLICES): unknown =>
    parseConfiguration(slices, {
      ...testEnvironment('postgresql://db.example/secure_api?sslmode=verify-full', 'https://id.example'),
      NODE_ENV: kind,
      HTTP_SERVER_TRUSTED_PROXIES: '1',
      REDIS_URL: url,
    });

  it.each([
    'redis://redis:6379',
    'redis://u:p@redis.example',
    'redis://localhost.example',
    'redis://10.0.0.1',
  ])('[P2.2] without TLS is refused at start-up in production: %s', (url) => {
    expect(() => parse(url, 'production')).toThrow('REDIS_URL must be a rediss URL in production');
  });

  it('[P2.2] without TLS is accepted within one machine, and outside production', () => {
    expect(parse('redis://127.0.0.1:6379/1', 'production')).toBeDefined();
    expect(parse('redis://[::1]', 'production')).toBeDefined();
    expect(parse('redis://redis:6379', 'development')).toBeDefined();
    expect(parse('rediss://u:p@redis.example?family=6', 'production')).toBeDefined();
  });

  it.each([
    ['rediss://redis.example?tls=', 'has a parameter that is not supported'],
    ['rediss://redis.example?path=/tmp/other.sock', 'has a parameter that is not supported'],
    ['rediss://redis.example?family=6&family=4', 'has a parameter that is not supported'],
    ['rediss://redis.example?ssl_ca_certs=/no/such/file', 'names in ssl_ca_certs a file that cannot be read'],
    ['redis://127.0.0.1?ssl_ca_certs=/no/such/file', 'for a connection without TLS'],
  ])('[P2.2] is refused in any environment when it would undo TLS: %s', (url, rule) => {
    expect(() => parse(url, 'production')).toThrow(rule);
    expect(() => parse(url, 'test')).toThrow(rule);
  });

  it('[P2.2] counter-proof: without the rule, production starts in plaintext', () => {
    const unguarded = class extends RedisConfig {
      static override readonly definition = { ...RedisConfig.definition, rules: () => [] };
    };

    const slices = CONFIG_SLICES.map((slice) => (slice === RedisConfig ? unguarded : slice));

    expect(parse('redis://redis:6379', 'production', slices)).toBeDefined();
  });

  it('[P2.2] counter-proof: an empty parameter switches the TLS of a bare client off', () => {
    expect(new Redis('rediss://localhost:1?tls=', { lazyConnect: true }).options.tls).toBeFalsy();
    expect(new Redis('rediss://localhost:1', { lazyConnect: true }).options.tls).toBeTruthy();
  });
});
