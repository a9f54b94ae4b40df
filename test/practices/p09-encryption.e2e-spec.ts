import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { dumpOf, ONE_CHARACTER_CHANGED } from '../support/encryption.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody has a dump, a backup, a disk, or write access to the table. He reads what
 * is there; or he moves a ciphertext to a row that he may read through the API.
 */

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp();
  alice = await app.as({ scope: 'customers:read customers:write customers:read_sensitive' });
});
afterAll(() => app.stop());

const SENSITIVE = {
  taxId: 'MARKED-TAX-4711',
  phone: '+49304711471147',
  notes: 'MARKED-NOTE 4711',
};

/** A customer with all sensitive fields. */
const create = async (caller: ApiClient, content: object = {}): Promise<{ id: string }> =>
  (await caller.post('/v2/customers', aCustomer({ ...SENSITIVE, ...content }))).body;

const sealedColumns = (id: string): Promise<Record<string, string>[]> =>
  app.database.inspect('SELECT tax_id, tax_id_index, phone, notes FROM customers WHERE id = $1', [id]);

describe('a dump of the database', () => {
  it('[P9.4] contains no sensitive value, wherever it came in', async () => {
    const { id } = await create(alice);
    await alice.patch(`/v2/customers/${id}`, { notes: `${SENSITIVE.notes} again` });
    await alice.post('/v1/customers', { fullName: 'A B', email: 'dump@example.com', ...SENSITIVE });
    await alice.send('POST', '/v2/customers', {
      json: aCustomer(SENSITIVE),
      headers: { 'idempotency-key': 'dump-of-an-answer' },
    });

    const dump = await dumpOf(app);

    expect(dump).toContain('dump@example.com');
    expect(dump).not.toMatch(/MARKED|304711471147/);
    expect((await alice.get(`/v2/customers/${id}`)).body).toMatchObject({
      ...SENSITIVE,
      notes: 'MARKED-NOTE 4711 again',
    });
  });

  it('[P9.4] counter-proof: without encryption it does, once the table no longer refuses plaintext', async () => {
    const own = await createTestApp();
    const undefended = await createTestApp({ besides: own, removal: without('field encryption') });
    const caller = undefended.api.withToken(await own.issuer.token());
    const refused = await caller.post('/v2/customers', aCustomer(SENSITIVE));
    for (const column of ['tax_id', 'phone', 'notes']) {
      await own.database.inspect(`ALTER TABLE customers DROP CONSTRAINT customers_${column}_sealed`);
    }

    const created = await caller.post('/v2/customers', aCustomer(SENSITIVE));

    expect([refused.status, created.status]).toEqual([500, 201]);
    expect(await dumpOf(own)).toMatch(/MARKED-TAX-4711[\s\S]*MARKED-NOTE 4711/);
    await undefended.stop();
    await own.stop();
  });

  it('[P9.4] does not show that two customers have the same phone, or two tenants the same person', async () => {
    const stranger = await app.as({ tenant: 'globex', scope: 'customers:read customers:write' });
    const ids = [await create(alice), await create(alice), await create(stranger)].map(({ id }) => id);

    const [first, second, foreign] = (await Promise.all(ids.map(sealedColumns))).flat();

    expect(new Set([first?.['phone'], second?.['phone'], foreign?.['phone']]).size).toBe(3);
    expect(first?.['tax_id_index']).toBe(second?.['tax_id_index']);
    expect(first?.['tax_id_index']).not.toBe(foreign?.['tax_id_index']);
  });
});

describe('a ciphertext that was moved or changed', () => {
  const move = (to: string, from: string, column: string, source = column): Promise<object[]> =>
    app.database.inspect(
      `UPDATE customers SET ${column} = (SELECT ${source} FROM customers WHERE id = $2) WHERE id = $1`,
      [to, from],
    );

  it.each([
    ['to another row', (own: string, victim: string) => move(own, victim, 'notes')],
    ['to another column', (own: string) => move(own, own, 'notes', 'phone')],
    [
      'in one character',
      (own: string) =>
        app.database.inspect(`UPDATE customers SET notes = ${ONE_CHARACTER_CHANGED} WHERE id = $1`, [own]),
    ],
    [
      'to the tenant of its reader',
      (own: string) => app.database.inspect(`UPDATE customers SET tenant_id = 'acme' WHERE id = $1`, [own]),
      'globex',
    ],
  ])('[P9.4] %s does not open, and the answer says nothing', async (_how, tamper, tenant = 'acme') => {
    const victim = await create(alice, { notes: 'MARKED-VICTIM' });
    const owner = await app.as({ tenant });
    const own = await create(owner);
    await tamper(own.id, victim.id);

    const response = await alice.get(`/v2/customers/${own.id}`);

    expect(response).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(response.body)).not.toContain('MARKED');
    expect(JSON.stringify(app.log.of(response.requestId))).toContain('does not open');
  });

  it('[P9.4] counter-proof: bound to no place, another customer’s field is read through one’s own', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('field binding') });
    const caller = undefended.api.withToken(await app.issuer.token());
    const [victim, own] = [await create(caller, { notes: 'MARKED-VICTIM' }), await create(caller)];
    await move(own.id, victim.id, 'notes');

    const response = await caller.get(`/v2/customers/${own.id}`);

    expect(response.body.notes).toBe('MARKED-VICTIM');
    await undefended.stop();
  });

  it('[P9.4] does not disturb lists: they decrypt nothing, because they show nothing that is sealed', async () => {
    const own = await create(alice, { familyName: 'Unreadable' });
    await app.database.inspect(`UPDATE customers SET notes = ${ONE_CHARACTER_CHANGED} WHERE id = $1`, [
      own.id,
    ]);

    const [v2, search, v1] = await Promise.all([
      alice.get('/v2/customers?limit=100'),
      alice.get('/v2/customers?search=unreadable'),
      alice.get('/v1/customers?pageSize=100'),
    ]);

    expect([v2.status, search.status, v1.status]).toEqual([200, 200, 200]);
    expect(search.body.data).toMatchObject([{ id: own.id }]);
    expect(search.body.data[0]).not.toHaveProperty('taxId');
    expect(JSON.stringify(v1.body)).not.toMatch(/taxId|phone|notes/);
  });
});

describe('the look-up of a tax id', () => {
  const lookUp = (
    caller: ApiClient,
    taxId: string,
  ): Promise<{ status: number; body: { data: { id: string }[] } }> =>
    caller.post('/v2/customers/lookup', { taxId });

  it('[P9.4] finds it however it is spelt, in the tenant of the caller alone', async () => {
    const own = await create(alice, { taxId: 'DE 811.907-980' });
    const stranger = await app.as({
      tenant: 'globex',
      scope: 'customers:read customers:write customers:read_sensitive',
    });
    await create(stranger, { taxId: 'DE811907980' });

    const [spelt, other] = [await lookUp(alice, 'de811907980'), await lookUp(alice, 'DE 811 907 981')];

    expect(spelt).toMatchObject({ status: 200, body: { data: [{ id: own.id }] } });
    expect(spelt.body.data).toHaveLength(1);
    expect(spelt.body.data[0]).not.toHaveProperty('taxId');
    expect(other.body.data).toEqual([]);
  });

  it('[P9.4] follows the tax id when it changes or goes', async () => {
    const { id } = await create(alice, { taxId: 'FOLLOW-1' });
    await alice.patch(`/v2/customers/${id}`, { taxId: 'FOLLOW-2' });
    const [before, after] = [await lookUp(alice, 'FOLLOW-1'), await lookUp(alice, 'FOLLOW-2')];
    await alice.patch(`/v2/customers/${id}`, { taxId: null });

    expect([before.body.data.length, after.body.data.length]).toEqual([0, 1]);
    expect((await lookUp(alice, 'FOLLOW-2')).body.data).toEqual([]);
  });

  it('[P9.4] is only for those who may see tax ids: its answer tells whether one is known', async () => {
    const caller = await app.as({ scope: 'customers:read customers:write' });

    expect(await lookUp(caller, SENSITIVE.taxId)).toMatchObject({ status: 403 });
  });
});

describe('the registry of sealed columns', () => {
  it('[P9.4] names every column that the database refuses plaintext in, and no other', async () => {
    const { ENCRYPTED_TABLES } = await import('../../src/database/encryption/encrypted-tables.js');

    const constraints = await app.database.inspect<{ name: string }>(
      `SELECT conrelid::regclass || '.' || replace(replace(conname, conrelid::regclass || '_', ''), '_sealed', '') AS name
       FROM pg_constraint WHERE conname LIKE '%\\_sealed' ORDER BY 1`,
    );

    const registered = Object.entries(ENCRYPTED_TABLES).flatMap(([table, { sealed }]) =>
      sealed.map((column) => `${table}.${column}`),
    );
    expect(constraints.map(({ name }) => name)).toEqual(registered.toSorted());
  });
});
