import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a trail that only the operator can read is one that nobody reads; and one that shows a tenant the
 * rows of another is a leak with a certificate.
 */

interface Row {
  readonly id: string;
  readonly event: string;
  readonly subject: string | null;
  readonly requestId: string | null;
  readonly details: string;
}

let app: TestApp;
let administrator: ApiClient;
beforeAll(async () => {
  app = await createTestApp();
  for (const tenant of ['acme', 'globex']) {
    const caller = await app.as({ tenant, sub: `user-${tenant}` });
    for (let index = 0; index < 7; index += 1) {
      await caller.post('/v2/customers', aCustomer());
    }
    await caller.post('/v2/customers', aCustomer({ isAdmin: true }));
  }
  administrator = await app.as({ sub: 'admin', roles: ['administrator'] });
  await app.nest.get(AuditWriter, { strict: false }).flush();
});
afterAll(() => app.stop());

const rowsOf = async (query = ''): Promise<Row[]> =>
  (await administrator.get(`/v2/audit-events?limit=100${query}`)).body.data as Row[];

describe('GET /v2/audit-events', () => {
  it('[P8.5] shows an administrator what happened in the own tenant, from the application and the database', async () => {
    const rows = await rowsOf();

    expect(rows.filter(({ event }) => event === 'data_change')).toHaveLength(7);
    expect(rows.filter(({ event }) => event === 'input_validation_fail')).toHaveLength(1);
    expect(new Set(rows.map(({ subject }) => subject))).not.toContain('user-globex');
    expect(JSON.stringify(rows)).not.toContain('globex');
    expect(JSON.stringify(rows)).not.toContain('@example.com');
  });

  it('[P8.5] gives all of it in pages, also while more is written', async () => {
    const ids = (await rowsOf('&event=data_change')).map(({ id }) => id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await administrator.get(`/v2/audit-events?limit=3&event=data_change${cursor}`);
      seen.push(...(body.data as Row[]).map(({ id }) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${String(body.nextCursor)}`;
      await (await app.as()).post('/v2/customers', aCustomer());
    } while (cursor !== '');

    expect(seen).toEqual(ids);
    expect(ids).toEqual(ids.toSorted((one, other) => Number(other) - Number(one)));
  });

  it('[P8.5] finds what belongs to one request, subject or time', async () => {
    const { requestId } = await (await app.as({ sub: 'one' })).post('/v2/customers', aCustomer());

    expect((await rowsOf(`&requestId=${requestId}`)).map(({ event }) => event)).toEqual(['data_change']);
    expect((await rowsOf('&subject=one&source=database')).length).toBe(1);
    expect(await rowsOf('&to=2020-01-01T00:00:00.000Z')).toEqual([]);
    expect((await rowsOf('&from=2020-01-01T00:00:00.000Z')).length).toBeGreaterThan(7);
  });

  it('[P8.5] is itself in the trail', async () => {
    const { requestId } = await administrator.get('/v2/audit-events');
    await app.nest.get(AuditWriter, { strict: false }).flush();

    expect(await rowsOf(`&requestId=${requestId}`)).toEqual([
      expect.objectContaining({ event: 'sensitive_read', subject: 'admin' }),
    ]);
  });

  it.each([
    '?limit=0',
    '?limit=101',
    '?cursor=abc',
    '?event=A',
    '?source=psql',
    '?from=yesterday',
    '?tenant=globex',
  ])('[P8.5] refuses %s', async (query) =>
    expect((await administrator.get(`/v2/audit-events${query}`)).status).toBe(400),
  );

  it('[P8.5] is for administrators only', async () => {
    expect((await (await app.as()).get('/v2/audit-events')).status).toBe(403);
    expect((await app.api.get('/v2/audit-events')).status).toBe(401);
  });
});
