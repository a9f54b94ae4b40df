import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { Deprecated } from '../../src/versioning/deprecated.decorator.js';
import { DeprecatedUsageRepository } from '../../src/versioning/usage/deprecated-usage.repository.js';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import {
  ANNOUNCED,
  callerOf,
  flushUsage,
  NOON,
  SUNSET,
  tokenOf,
  USAGE_ENVIRONMENT,
  usesOf,
} from '../support/deprecated-usage.js';
import { samplesOf } from '../support/scraper.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';
import { without } from '../support/without.js';

/*
 * The attack: silence. Nobody knows who still calls the old version, so it is switched off under somebody, or
 * stays open because somebody might be there. Or the counting is the attack: names that callers make up fill the
 * memory.
 */

const UNKNOWN_ID = '018f4d3a-0000-7000-8000-000000000000';

/** Who waits for an answer that takes its time. */
const slow = { entered: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };

@Controller({ path: 'slow', version: '2' })
class SlowController {
  @Get()
  @RequireScopes('customers:read')
  @Deprecated({ announcedOn: ANNOUNCED, sunsetOn: SUNSET, guide: 'v1-to-v2' })
  async list(): Promise<[]> {
    slow.entered.resolve();
    await slow.released.promise;
    return [];
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({
    environment: USAGE_ENVIRONMENT,
    clock: new TestClock(NOON),
    modules: [SlowModule],
  });
});
afterAll(() => app.stop());

const besides = (options: Parameters<typeof createTestApp>[0] = {}): Promise<TestApp> =>
  createTestApp({ besides: app, clock: app.clock, environment: USAGE_ENVIRONMENT, ...options });

describe('a call of what is deprecated', () => {
  it('[P5.4] is counted by API key, by client and by subject, for each route and day', async () => {
    const tenant = 'who';
    const { id: keyId, key } = await aKeyOf(await aPerson(app, { tenant, sub: 'owner' }));
    const client = await callerOf(app, { tenant, sub: 'service', client_id: 'billing' });
    const subject = await callerOf(app, { tenant, sub: 'person', client_id: undefined });
    await withKey(app, key).get('/v1/customers');
    await client.get('/v1/customers?page=1');
    await client.get('/v1/customers?page=2');
    await client.get(`/v1/customers/${UNKNOWN_ID}`);
    app.clock.moveTo('2026-12-25T00:00:00.000Z');
    await (await callerOf(app, { tenant, sub: 'person', client_id: undefined })).get('/v1/customers');
    app.clock.moveTo(NOON);
    await subject.get('/v1/customers');

    const uses = await usesOf(app, tenant);

    const today = { day: '2026-12-24', version: '1', method: 'GET', lastSeenAt: NOON };
    const list = { ...today, route: '/v1/customers' };
    expect(uses).toHaveLength(5);
    expect(uses[0]).toEqual({
      ...list,
      day: '2026-12-25',
      lastSeenAt: '2026-12-25T00:00:00.000Z',
      keyId: null,
      clientId: null,
      subject: 'person',
      count: 1,
    });
    expect(uses).toEqual(
      expect.arrayContaining([
        { ...list, keyId, clientId: null, subject: 'owner', count: 1 },
        { ...list, keyId: null, clientId: 'billing', subject: 'service', count: 2 },
        { ...list, keyId: null, clientId: null, subject: 'person', count: 1 },
        {
          ...today,
          route: '/v1/customers/:id',
          keyId: null,
          clientId: 'billing',
          subject: 'service',
          count: 1,
        },
      ]),
    );
  });

  it('[P5.4] is counted whatever it is answered, once its caller is known', async () => {
    const tenant = 'refused';
    const answers = [
      await (await callerOf(app, { tenant })).get('/v1/customers/x'),
      await (await callerOf(app, { tenant })).get('/v1/customers?unknown=1'),
      await (await callerOf(app, { tenant, scope: '' })).get('/v1/customers'),
      await (await callerOf(app, { tenant })).send('POST', '/v1/customers', { raw: '{' }),
      await (await callerOf(app, { tenant })).send('HEAD', '/v1/customers'),
    ];

    const uses = await usesOf(app, tenant);

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 403, 400, 200]);
    expect(
      uses.map(({ method, route, count }) => `${String(method)} ${String(route)} ${count}`).toSorted(),
    ).toEqual([
      'GET /v1/customers 2',
      'GET /v1/customers/:id 1',
      'HEAD /v1/customers 1',
      'POST /v1/customers 1',
    ]);
  });

  it('[P5.4] is counted of a caller who hangs up before the answer, too', async () => {
    const tenant = 'impatient';
    const token = await tokenOf(app, { tenant });
    const patience = new AbortController();
    const answer = fetch(`${app.url}/v2/slow`, {
      headers: { authorization: `Bearer ${token}` },
      signal: patience.signal,
    });
    await slow.entered.promise;

    patience.abort();

    await expect(answer).rejects.toThrow('aborted');
    await expect
      .poll(() => usesOf(app, tenant), { timeout: 10_000 })
      .toMatchObject([{ version: '2', route: '/v2/slow', count: 1 }]);
    slow.released.resolve();
    await flushUsage(app);
    expect(await usesOf(app, tenant)).toMatchObject([{ count: 1 }]);
  });

  it('[P5.4] is none before the announcement, of the current version, or a browser’s question', async () => {
    const tenant = 'none';
    app.clock.moveTo('2026-02-28T23:59:59Z');
    await (await callerOf(app, { tenant })).get('/v1/customers');
    app.clock.moveTo(NOON);
    const before = await samplesOf(app, 'deprecated_requests_total');
    await (await callerOf(app, { tenant })).get('/v2/customers');
    await app.api.send('OPTIONS', '/v1/customers', {
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    });

    expect(await usesOf(app, tenant)).toEqual([]);
    expect(await samplesOf(app, 'deprecated_requests_total')).toEqual(before);
  });
});

describe('the counts', () => {
  it('[P5.4] of two instances are one row, and a clean stop loses none', async () => {
    const tenant = 'instances';
    const instances = await Promise.all([1, 2].map(() => besides()));
    const callers = await Promise.all(instances.map((instance) => callerOf(instance, { tenant })));

    // So that nothing is written before the stop.
    await app.database.inspect('ALTER TABLE deprecated_usage RENAME TO hidden_usage');
    await Promise.all(
      callers.flatMap((caller) => Array.from({ length: 20 }, () => caller.get('/v1/customers'))),
    );
    const before = await app.database.inspect('SELECT FROM hidden_usage WHERE tenant_id = $1', [tenant]);
    await app.database.inspect('ALTER TABLE hidden_usage RENAME TO deprecated_usage');
    await Promise.all(instances.map((instance) => instance.stop()));

    expect(before).toEqual([]);
    expect(await usesOf(app, tenant)).toMatchObject([{ subject: 'user-1', count: 40 }]);
  });

  it('[P5.4] keep the last call of all, whichever instance writes last', async () => {
    const tenant = 'last-of-all';
    const moments = ['2026-12-24T18:00:00.000Z', '2026-12-24T09:00:00.000Z'];
    for (const moment of moments) {
      const instance = await besides({ clock: new TestClock(moment) });
      await (await callerOf(instance, { tenant })).get('/v1/customers');
      await instance.stop();
    }

    expect(await usesOf(app, tenant)).toMatchObject([{ count: 2, lastSeenAt: moments[0] }]);
  });

  it('[P5.4] wait for a database that is away, and are written then', async () => {
    const tenant = 'away';
    const caller = await callerOf(app, { tenant });
    await caller.get('/v1/customers');
    await app.database.inspect('ALTER TABLE deprecated_usage RENAME TO hidden_usage');
    await flushUsage(app);
    await app.database.inspect('ALTER TABLE hidden_usage RENAME TO deprecated_usage');
    await caller.get('/v1/customers');

    expect(await usesOf(app, tenant)).toMatchObject([{ count: 2 }]);
  });

  it('[P5.4] are deleted after the retention, of all tenants, and not before', async () => {
    const today = Date.now();
    const own = await besides({
      clock: new TestClock(),
      environment: {
        API_V1_DEPRECATED_ON: '2001-01-01',
        API_V1_SUNSET_ON: '2101-01-01',
        DEPRECATED_USAGE_RETENTION_DAYS: '31',
      },
    });
    const daysAgo = [33, 30].map((days) => new Date(today - days * 86_400_000).toISOString());
    for (const moment of daysAgo) {
      own.clock.moveTo(moment);
      for (const tenant of ['old-1', 'old-2']) {
        await (await callerOf(own, { tenant })).get('/v1/customers');
      }
    }
    await flushUsage(own);

    const removed = await own.nest.get(DeprecatedUsageRepository, { strict: false }).purgeExpired();

    // What other tests have counted may be over by the time of the database as well.
    expect(removed).toBeGreaterThanOrEqual(2);
    for (const tenant of ['old-1', 'old-2']) {
      expect(await usesOf(app, tenant)).toMatchObject([{ day: daysAgo[1]?.slice(0, 10) }]);
    }
    await own.stop();
  });
});

describe('the metric', () => {
  it('[P5.4] counts everybody, also strangers and who comes after the end', async () => {
    const own = await besides();
    await own.api.get('/v1/customers');
    await own.api.withToken('x').get('/v1/customers');
    await (await callerOf(own, { tenant: 'metric' })).get('/v1/customers');
    app.clock.moveTo(`${SUNSET}T00:00:00Z`);
    const late = await own.api.get('/v1/customers');
    app.clock.moveTo(NOON);

    expect(late.status).toBe(410);
    expect(await samplesOf(own, 'deprecated_requests_total')).toEqual([
      'deprecated_requests_total{version="1",route="/v1/customers",method="GET"} 4',
    ]);
    expect(await usesOf(own, 'metric')).toMatchObject([{ count: 1 }]);
    await own.stop();
  });

  it('[P5.4] does not grow with ids, unknown paths, or methods that no route has', async () => {
    const own = await besides();
    const caller = await callerOf(own, { tenant: 'growth' });
    for (let index = 0; index < 20; index += 1) {
      await caller.get(`/v1/customers/018f4d3a-0000-7000-8000-0000000000${10 + index}`);
      await caller.get(`/v1/unknown-${index}`);
      await caller.get(`/v1/customers/x/${index}?q=${index}`);
    }
    await caller.send('PROPFIND', '/v1/customers');
    await caller.send('PUT', '/v1/customers', { json: {} });
    app.clock.moveTo(`${SUNSET}T00:00:00Z`);
    await own.api.get('/v1/unknown');
    app.clock.moveTo(NOON);

    expect(await samplesOf(own, 'deprecated_requests_total')).toEqual([
      'deprecated_requests_total{version="1",route="/v1/customers/:id",method="GET"} 20',
    ]);
    await own.stop();
  });
});

describe('without the counting', () => {
  it('[P5.4] counter-proof: a version looks unused while somebody calls it', async () => {
    const blind = await besides({ removal: without('usage of what is deprecated') });

    const { status } = await (await callerOf(blind, { tenant: 'unseen' })).get('/v1/customers');
    await flushUsage(blind);

    expect(status).toBe(200);
    expect(await usesOf(app, 'unseen')).toEqual([]);
    expect(await samplesOf(blind, 'deprecated_requests_total{')).toEqual([]);
    await blind.stop();
  });
});
