import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { RunningClock } from '../support/test-clock.js';

/* Everything at once: complete, in order, in constant memory, and harmless in a spreadsheet. */

const CUSTOMERS = 20_000;
const PATH = '/v2/customers/export';

let app: TestApp;

beforeAll(async () => {
  // Forty thousand customers take their time: a clock that stands would take later tokens for ones from the future.
  app = await createTestApp({
    clock: new RunningClock(),
    environment: { RATE_LIMIT_SUBJECT: '1000000/hour' },
  });
  await app.database.inspect(
    `INSERT INTO customers (id, tenant_id, given_name, family_name, email, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, 'Given', repeat('x', 100), i || '@example.com',
            timestamptz '2026-01-01' + (i / 7) * interval '1 second', now()
     FROM generate_series(1, ${CUSTOMERS}) AS i, unnest(ARRAY['acme', 'globex']) AS tenant`,
  );
});
afterAll(() => app.stop());

v8.setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What the heap holds besides garbage. */
function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

async function open(query: string, tenant = 'acme'): Promise<IncomingMessage> {
  const token = await app.issuer.token({ claims: { tenant } });
  const headers = { authorization: `Bearer ${token}` };
  const [answer] = (await once(get(app.url + PATH + query, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return answer.setEncoding('utf8');
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  for await (const part of answer) {
    parts.push(part as string);
  }
  return parts.join('');
}

async function idsOf(answer: IncomingMessage): Promise<string[]> {
  const lines = (await textOf(answer)).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

describe('the export of customers', () => {
  it('holds every customer of the tenant once, in order of creation, and nobody else’s', async () => {
    const rows = await app.database.inspect<{ id: string }>(
      `SELECT id FROM customers WHERE tenant_id = 'acme' ORDER BY created_at, id`,
    );

    const exported = await idsOf(await open('?format=ndjson'));

    expect(exported).toEqual(rows.map(({ id }) => id));
  });

  it('is named, typed and summarized as the list is', async () => {
    const [ndjson, csv] = [await open(''), await open('?format=csv')];
    const [firstLine = ''] = (await textOf(ndjson)).split('\n');
    const [head, record = ''] = (await textOf(csv)).split('\r\n');

    const columns = ['id', 'givenName', 'familyName', 'email', 'status', 'createdAt', 'updatedAt'];
    expect(ndjson.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="customers.ndjson"',
    });
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="customers.csv"',
    });
    expect(Object.keys(JSON.parse(firstLine) as object)).toEqual(columns);
    expect(head).toBe(columns.join(','));
    expect(record.split(',')).toEqual(Object.values(JSON.parse(firstLine) as object));
  });

  it('takes no more memory for twenty thousand than for a few', async () => {
    const held: number[] = [];
    let bytes = 0;

    for await (const part of await open('')) {
      bytes += (part as string).length;
      if (bytes > (held.length + 1) * 1_000_000) {
        held.push(liveBytes());
      }
    }
    held.push(liveBytes());

    expect(bytes).toBeGreaterThan(6_000_000);
    // Whoever gathers them holds more of them at the beginning, in the middle or at the end.
    expect(Math.max(...held) - Math.min(...held)).toBeLessThan(5_000_000);
  });

  it('holds everybody who was there at its beginning, while others are added', async () => {
    const answer = await open('');
    const caller = await app.as({ sub: 'adds-customers' });
    const [exported] = await Promise.all([
      idsOf(answer),
      ...Array.from({ length: 30 }, () => caller.post('/v2/customers', aCustomer())),
    ]);

    expect(new Set(exported).size).toBe(exported.length);
    expect(exported.length).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(exported.length).toBeLessThanOrEqual(CUSTOMERS + 30);
  });

  it('of nobody is empty, but for the names of the columns', async () => {
    const [ndjson, csv] = await Promise.all([
      open('?format=ndjson', 'nobody').then(textOf),
      open('?format=csv', 'nobody').then(textOf),
    ]);

    expect(ndjson).toBe('');
    expect(csv).toBe('id,givenName,familyName,email,status,createdAt,updatedAt\r\n');
  });

  it('carries a formula as text, and no sealed field', async () => {
    const caller = await app.as({ tenant: 'sheets' });
    const content = { givenName: '=HYPERLINK("https://evil.example","x")', familyName: '@SUM(A1)' };
    const sealed = { phone: '+4930123456', taxId: 'ZZ-4711-SEALED', notes: 'sealed notes' };
    await caller.post('/v2/customers', aCustomer({ ...content, ...sealed, email: '+1@example.com' }));

    const csv = await textOf(await open('?format=csv', 'sheets'));

    expect(csv).toContain(`,"'=HYPERLINK(""https://evil.example"",""x"")",'@SUM(A1),'+1@example.com,active,`);
    expect(csv).not.toMatch(/ZZ-4711|sealed|4930123456/);
  });

  it('that breaks off in the middle is no whole one for its client, and the log says why', async () => {
    const repository = app.nest.get(CustomersRepository);
    const list = repository.list.bind(repository);
    const spy = vi
      .spyOn(repository, 'list')
      .mockImplementationOnce(list)
      .mockRejectedValueOnce(new Error('the database went away'));

    const answer = await open('');

    await expect(textOf(answer)).rejects.toThrow('aborted');
    expect(app.log.of(String(answer.headers['x-request-id']))).toContainEqual(
      expect.objectContaining({ level: 50, cause: 'the database went away', msg: 'export broken off' }),
    );
    spy.mockRestore();
  });

  it.each(['?format=xml', '?format=', '?format=csv&format=csv', '?limit=1', '?format[]=csv'])(
    'is refused for %s',
    async (query) => {
      const answer = await open(query);

      expect([answer.statusCode, answer.headers['content-disposition']]).toEqual([400, undefined]);
      answer.destroy();
    },
  );
});
