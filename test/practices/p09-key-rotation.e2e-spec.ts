import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EncryptionConfig } from '../../src/database/encryption/encryption.config.js';
import { FieldRotation } from '../../src/database/encryption/field-rotation.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { aKey, ONE_CHARACTER_CHANGED, rotateKeys } from '../support/encryption.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a key has leaked, with a backup or with a person. Until every value is under a new
 * one it opens everything; and a rotation that stops the service is one that is put off.
 */

const [OLD, NEW] = [aKey('e1'), aKey('e2')];
const [OLD_INDEX, NEW_INDEX] = [aKey('i1'), aKey('i2')];
const BEFORE = { FIELD_ENCRYPTION_KEYS: OLD, FIELD_INDEX_KEYS: OLD_INDEX };
const DURING = { FIELD_ENCRYPTION_KEYS: `${NEW},${OLD}`, FIELD_INDEX_KEYS: `${NEW_INDEX},${OLD_INDEX}` };
const AFTER = { FIELD_ENCRYPTION_KEYS: NEW, FIELD_INDEX_KEYS: NEW_INDEX };

const CUSTOMERS = 450;
const SCOPE = 'customers:read customers:write customers:read_sensitive';

let app: TestApp;
let ids: string[];

beforeEach(async () => {
  app = await createTestApp({ environment: BEFORE });
  const tenants = await Promise.all(['acme', 'globex'].map((tenant) => app.as({ tenant, scope: SCOPE })));
  const created = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, index) =>
      tenants[index % 2]!.post(
        '/v2/customers',
        aCustomer({ taxId: `ZZ ${index}/1`, notes: `Note ${index}` }),
      ),
    ),
  );
  ids = created.map(({ body }) => body.id as string);
  await tenants[0]!.send('POST', '/v2/customers', {
    json: aCustomer({ notes: 'kept' }),
    headers: { 'idempotency-key': 'before-the-rotation' },
  });
});
afterEach(() => app.stop());

async function callerOf(instance: TestApp): Promise<ApiClient> {
  return instance.api.withToken(await app.issuer.token({ claims: { scope: SCOPE } }));
}

/** Reads and looks up one customer of acme as a client does: both must find it whole. */
async function check(caller: ApiClient, index: number): Promise<void> {
  const [read, found] = await Promise.all([
    caller.get(`/v2/customers/${ids[index]}`),
    caller.post('/v2/customers/lookup', { taxId: `ZZ ${index}/1` }),
  ]);
  expect(read).toMatchObject({ status: 200, body: { taxId: `ZZ ${index}/1`, notes: `Note ${index}` } });
  expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[index]]);
}

/** How many values are under each key, by its id. */
async function keysInUse(): Promise<Record<string, number>> {
  const rows = await app.database.inspect<{ key: string; count: number }>(
    `SELECT split_part(cell, '.', 1) AS key, count(*)::int FROM (
       SELECT unnest(ARRAY[tax_id, tax_id_index, phone, notes]) AS cell FROM customers
       UNION ALL SELECT answer FROM idempotency_keys) AS cells
     WHERE cell IS NOT NULL GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}

describe('npm run keys:rotate -- fields', () => {
  it('[P9.4] renews every value and every index while the application serves, and the old keys can go', async () => {
    const during = await createTestApp({ besides: app, environment: DURING });
    const caller = await callerOf(during);
    const end = new AbortController();
    const rotation = rotateKeys(app, DURING, 'fields').finally(() => end.abort());
    let checks = 0;
    while (!end.signal.aborted) {
      await check(caller, (checks % (CUSTOMERS / 2)) * 2);
      await caller.patch(`/v2/customers/${ids[0]}`, { notes: 'Note 0' });
      checks += 1;
    }

    const { code, stdout } = await rotation;

    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Every value is under the current keys'),
    });
    expect(checks).toBeGreaterThan(0);
    expect(Object.keys(await keysInUse()).toSorted()).toEqual(['e2', 'i2']);
    const after = await createTestApp({ besides: app, environment: AFTER });
    await check(await callerOf(after), 2);
    await check(await callerOf(after), CUSTOMERS - 2);
    await Promise.all([during.stop(), after.stop()]);
  });

  it('[P9.4] counter-proof: looking up under the current key alone loses customers meanwhile', async () => {
    const undefended = await createTestApp({
      besides: app,
      environment: DURING,
      removal: without('look-ups under every key'),
    });

    const found = await (await callerOf(undefended)).post('/v2/customers/lookup', { taxId: 'ZZ 2/1' });

    expect(found.body.data).toEqual([]);
    await undefended.stop();
  });

  it('[P9.4] touches no version and no time: to clients nothing has changed', async () => {
    const state = () => app.database.inspect('SELECT id, version, updated_at FROM customers ORDER BY id');
    const before = await state();

    await rotateKeys(app, DURING, 'fields');

    expect(await state()).toEqual(before);
  });

  it('[P9.4] can be stopped after any batch, and the next run goes on', async () => {
    const client = new pg.Client({ connectionString: app.database.url('key_rotation') });
    await client.connect();
    const config = parseConfiguration([EncryptionConfig], DURING).get(EncryptionConfig) as EncryptionConfig;
    let batches = 0;
    const options = { batchSize: 50, sealsPlaintext: false, isStopped: () => (batches += 1) > 3 };

    const stopped = await new FieldRotation(client, config, options).run();
    const inBetween = await keysInUse();
    const resumed = await rotateKeys(app, DURING, 'fields');

    expect(stopped).toEqual({ renewed: 150, outstanding: CUSTOMERS - 150 + 2, faults: [] });
    expect(Object.keys(inBetween).toSorted()).toEqual(['e1', 'e2', 'i1', 'i2']);
    expect(resumed.stdout).toContain(`${CUSTOMERS - 150 + 2} rows renewed.`);
    expect(Object.keys(await keysInUse()).toSorted()).toEqual(['e2', 'i2']);
    await client.end();
  });

  it('[P9.4] renews all others when a value does not open, names it, and ends with a fault', async () => {
    await app.database.inspect(`UPDATE customers SET notes = ${ONE_CHARACTER_CHANGED} WHERE id = $1`, [
      ids[3],
    ]);

    const { code, stderr } = await rotateKeys(app, DURING, 'fields');

    expect(code).toBe(1);
    expect(stderr).toContain(`customers.notes of the row ${ids[3]} does not open`);
    expect(stderr).toContain(
      `${CUSTOMERS + 1} rows renewed, 1 left as they are; the old keys are still needed`,
    );
  });

  it('[P9.4] says so in one sentence when it loses its connection', async () => {
    const session = new pg.Client({ connectionString: app.database.adminUrl });
    await session.connect();
    await session.query('BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
    const rotation = rotateKeys(app, DURING, 'fields');
    await vi.waitFor(
      async () => {
        const waiting = await app.database.inspect<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity
           WHERE datname = current_database() AND usename = 'secure_api_key_rotation' AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(1);
        await app.database.inspect('SELECT pg_terminate_backend($1)', [waiting[0]?.pid]);
      },
      { timeout: 10_000 },
    );

    const { code, stderr } = await rotation;

    expect(code).toBe(1);
    expect(stderr).toMatch(/^The command failed: .*\n$/);
    await session.end();
  });

  it.each([[[]], [['tokens']], [['fields', '--force']], [['fields', 'more']]])(
    'explains itself when it is called with %j',
    async (args) => {
      const { code, stderr } = await rotateKeys(app, DURING, ...args);

      expect(code).toBe(1);
      expect(stderr).toContain('usage: npm run keys:rotate -- fields');
    },
  );
});

describe('a column that held plaintext before it was encrypted', () => {
  /** Begins like a sealed value of the current key, and is none. */
  const OLD_NOTES = 'e1. MARKED-OLD';

  /** A row from before the migration that encrypted its columns. */
  async function oldRow(): Promise<string> {
    const id = randomUUID();
    await app.database.inspect('ALTER TABLE customers DROP CONSTRAINT customers_notes_sealed');
    await app.database.inspect(
      `INSERT INTO customers (id, tenant_id, given_name, family_name, email, notes, updated_at)
       VALUES ($1, 'acme', 'Old', 'Row', 'old@example.com', $2, now())`,
      [id, OLD_NOTES],
    );
    return id;
  }

  it('[P9.4] is not taken for sealed: reading it fails, and so does an ordinary rotation', async () => {
    const id = await oldRow();

    const read = await (await callerOf(app)).get(`/v2/customers/${id}`);
    const { code, stderr } = await rotateKeys(app, BEFORE, 'fields');

    expect([read.status, code]).toEqual([500, 1]);
    expect(stderr).toContain(`customers.notes of the row ${id} is plaintext`);
    expect(stderr).not.toContain('MARKED');
  });

  it('[P9.4] is sealed when the operator says so', async () => {
    const id = await oldRow();

    const { code } = await rotateKeys(app, BEFORE, 'fields', '--seal-plaintext');

    expect(code).toBe(0);
    expect((await (await callerOf(app)).get(`/v2/customers/${id}`)).body.notes).toBe(OLD_NOTES);
    expect(Object.keys(await keysInUse()).toSorted()).toEqual(['e1', 'i1']);
  });
});
