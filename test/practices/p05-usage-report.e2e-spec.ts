import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import {
  anAdministrator,
  callerOf,
  flushUsage,
  NOON,
  reportOf,
  tokenOf,
  USAGE_ENVIRONMENT,
  USAGE_REPORT,
  usesOf,
  type Use,
} from '../support/deprecated-usage.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';

/*
 * The attack: somebody reads in the report what other tenants do, or a caller with a well-chosen name runs a
 * formula on the machine of whoever opens it.
 */

const UNKNOWN_ID = '018f4d3a-0000-7000-8000-000000000000';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment: USAGE_ENVIRONMENT, clock: new TestClock(NOON) });
});
afterAll(() => app.stop());

async function csvOf(tenant: string, query = ''): Promise<Response> {
  await flushUsage(app);
  const authorization = `Bearer ${await tokenOf(app, { tenant, roles: ['administrator'] })}`;
  return fetch(`${app.url}${USAGE_REPORT}?format=csv${query}`, { headers: { authorization } });
}

describe('the report', () => {
  /** Three days of calls by three subjects, on two routes. */
  async function fill(tenant: string): Promise<void> {
    for (const day of ['2026-12-01', '2026-12-02', '2026-12-03']) {
      app.clock.moveTo(`${day}T08:00:00Z`);
      for (const [sub, client] of [
        ['ann', 'web'],
        ['bob', 'web'],
        ['cy', 'batch'],
      ]) {
        const caller = await callerOf(app, { tenant, sub, client_id: client });
        await caller.get('/v1/customers');
        await caller.get(`/v1/customers/${UNKNOWN_ID}`);
      }
    }
    app.clock.moveTo(NOON);
  }

  it('[P5.4] shows each tenant its own, to administrators alone', async () => {
    await (await callerOf(app, { tenant: 'mine' })).get('/v1/customers');
    await (await callerOf(app, { tenant: 'theirs' })).get('/v1/customers');
    const { key } = await aKeyOf(await aPerson(app, { tenant: 'mine', roles: ['administrator'] }));

    const [mine, nobodys] = [await usesOf(app, 'mine'), await usesOf(app, 'nobodys')];
    const refused = [
      await (await callerOf(app, { tenant: 'mine' })).get(USAGE_REPORT),
      await withKey(app, key).get(USAGE_REPORT),
      await app.api.get(USAGE_REPORT),
    ];

    expect([mine.length, nobodys.length]).toEqual([1, 0]);
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 401]);
  });

  it('[P5.4] is narrowed to days, a version, and who called', async () => {
    const tenant = 'filters';
    await fill(tenant);
    const { id: keyId, key } = await aKeyOf(await aPerson(app, { tenant, sub: 'owner' }));
    await withKey(app, key).get('/v1/customers');
    const subjects = async (query: string): Promise<string> =>
      (await usesOf(app, tenant, query)).map(({ subject }) => subject).join(' ');

    expect((await usesOf(app, tenant)).length).toBe(19);
    expect((await usesOf(app, tenant, '?from=2026-12-02&to=2026-12-02')).map(({ day }) => day)).toEqual(
      Array.from({ length: 6 }, () => '2026-12-02'),
    );
    expect((await usesOf(app, tenant, '?from=2026-12-03')).length).toBe(7);
    expect((await usesOf(app, tenant, '?to=2026-12-01&version=1')).length).toBe(6);
    expect(await usesOf(app, tenant, '?version=2')).toEqual([]);
    expect(await subjects('?clientId=batch&from=2026-12-03')).toBe('cy cy');
    expect(await subjects(`?keyId=${keyId}`)).toBe('owner');
    expect(await subjects('?subject=bob&to=2026-12-01')).toBe('bob bob');
  });

  it.each([
    'from=2026-02-30',
    'from=2026-12-01T00:00:00Z',
    'to=1999-12-31',
    'to=tomorrow',
    'from=2026-12-02&to=2026-12-01',
    'from=2026-12-02&to=2026-12-01&format=csv',
    'version=v1',
    'version=9',
    'version=1%2F',
    'keyId=x',
    'clientId=%00',
    `subject=${'x'.repeat(256)}`,
    'format=xml',
    'limit=101',
    'cursor=x',
    'tenantId=theirs',
  ])('[P5.4] refuses %s', async (query) => {
    expect((await (await anAdministrator(app, 'mine')).get(`${USAGE_REPORT}?${query}`)).status).toBe(400);
  });

  it('[P5.4] goes from the newest day to the oldest, page after page, without repeating itself', async () => {
    const tenant = 'pages';
    await fill(tenant);
    await flushUsage(app);
    const administrator = await anAdministrator(app, tenant);
    const seen: Use[] = [];
    let next = `${USAGE_REPORT}?limit=5`;
    let pages = 0;
    for (; next !== '' && pages < 10; pages += 1) {
      const { body } = await administrator.get(next);
      seen.push(...(body.data as Use[]));
      next = body.nextCursor === null ? '' : `${USAGE_REPORT}?limit=5&cursor=${String(body.nextCursor)}`;
      await (await callerOf(app, { tenant, sub: 'ann', client_id: 'web' })).get('/v1/customers');
      await flushUsage(app);
    }

    const days = seen.map(({ day }) => String(day));
    expect(pages).toBe(4);
    expect(days).toEqual(days.toSorted().toReversed());
    expect(new Set(seen.map(({ count: _count, ...use }) => JSON.stringify(use))).size).toBe(18);
  });

  it('[P5.4] takes no cursor of another tenant or another list', async () => {
    await fill('cursors');
    const cursor = String((await reportOf(app, 'cursors', '?limit=5')).body.nextCursor);

    const others = [
      await reportOf(app, 'mine', `?cursor=${cursor}`),
      await reportOf(app, 'cursors', `?cursor=${cursor}&subject=ann`),
      await reportOf(app, 'cursors', `?cursor=${cursor.slice(0, -1)}`),
    ];

    expect(others.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect((await reportOf(app, 'cursors', `?cursor=${cursor}`)).status).toBe(200);
  });

  it('[P5.4] as CSV is all of it, and no cell is a formula', async () => {
    const tenant = 'sheets';
    await fill(tenant);
    const sub = '=HYPERLINK("https://evil.example")';
    await (await callerOf(app, { tenant, sub, client_id: '@SUM(A1)' })).get('/v1/customers');

    const response = await csvOf(tenant, '&from=2026-12-02&limit=1');

    const [head, first, ...rest] = (await response.text()).split('\r\n');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="deprecated-usage.csv"');
    expect(head).toBe('day,version,method,route,keyId,clientId,subject,count,lastSeenAt');
    expect(first).toBe(
      `2026-12-24,1,GET,/v1/customers,,'@SUM(A1),"'=HYPERLINK(""https://evil.example"")",1,${NOON}`,
    );
    expect(rest).toHaveLength(13);
  });

  it('[P5.4] as CSV goes beyond a batch without losing or repeating a row', async () => {
    const rows = 1203;
    await app.database.inspect(
      `INSERT INTO deprecated_usage (id, tenant_id, day, version, method, route, subject, count, last_seen_at, expires_at)
       SELECT rpad(n::text, 43, '-'), 'many', date '2026-12-01' + n % 7, '1', 'GET', '/v1/customers', 'user-' || n, 1,
         now(), now() + interval '1 day' FROM generate_series(1, $1::int) AS n`,
      [rows],
    );

    const lines = (await (await csvOf('many')).text()).trimEnd().split('\r\n').slice(1);

    expect(lines).toHaveLength(rows);
    expect(new Set(lines).size).toBe(rows);
  });
});
