import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { trailOf, type TrailRow } from '../support/audit.js';
import { aCustomer } from '../support/customers.js';
import { urlFor } from '../support/database-roles.js';
import { incident } from '../support/incidents.js';
import { startProcess } from '../support/processes.js';
import { attemptAs } from '../support/role-attempts.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: somebody changes a row behind the application's back, with psql and any role, and nobody can say
 * afterwards who it was, or that it was so. Or somebody reads in the log what was sealed in the table.
 */

const SECRETS = {
  givenName: 'Violetta',
  familyName: 'Xanthopoulos',
  notes: 'allergic to nuts',
  taxId: 'ZZ-1234',
};

let app: TestApp;
let seen = 0;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  seen = (await trailOf(app.database, 'data_change')).length;
});

/** What was written down since the test began. */
async function changes(): Promise<TrailRow[]> {
  return (await trailOf(app.database, 'data_change')).slice(seen);
}

async function customerId(): Promise<string> {
  const { body } = await (await app.as({ sub: 'maker' })).post('/v2/customers', aCustomer(SECRETS));
  seen = (await trailOf(app.database, 'data_change')).length;
  return body.id as string;
}

/** As somebody at psql does it, one statement after the other. */
async function atPsql(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'psql' });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

describe('a change through the API', () => {
  it('[P9.5] leaves who, what and when, and no value that is personal or sealed', async () => {
    const { body, headers } = await (
      await app.as({ sub: 'ada', tenant: 'acme' })
    ).post('/v2/customers', aCustomer(SECRETS));

    const rows = await changes();

    expect(rows).toMatchObject([
      {
        source: 'database',
        tenant_id: 'acme',
        subject: 'ada',
        address: '127.0.0.1',
        route: '/v2/customers',
        request_id: headers.get('x-request-id'),
        database_role: 'secure_api_application',
        details: { table: 'customers', operation: 'insert', key: { id: body.id }, program: 'secure-api' },
      },
    ]);
    const columns = rows[0]?.details['columns'] as { name: string }[];
    expect(columns).toContainEqual({ name: 'status', new: 'active' });
    expect(columns).toContainEqual({ name: 'notes' });
    expect(columns).toContainEqual({ name: 'family_name' });
    const stored = JSON.stringify(rows);
    for (const secret of [...Object.values(SECRETS), body.email as string]) {
      expect(stored).not.toContain(secret);
    }
  });

  it('[P9.5] tells an API key’s life without its hash', async () => {
    await aKeyOf(await aPerson(app, { sub: 'ada', tenant: 'acme' }));

    const [row] = await changes();
    const columns = row?.details['columns'] as { name: string }[];

    expect(row).toMatchObject({ subject: 'ada', details: { table: 'api_keys', operation: 'insert' } });
    expect(columns).toContainEqual({ name: 'scopes', new: ['customers:read'] });
    expect(columns).toContainEqual({ name: 'secret_hash' });
  });
});

describe('a change behind the application’s back', () => {
  it.each(['postgres', 'secure_api_application', 'secure_api_key_rotation'])(
    '[P9.5] leaves role, program and address of %s',
    async (role) => {
      const id = await customerId();
      const url =
        role === 'postgres'
          ? app.database.adminUrl
          : urlFor(
              app.database.adminUrl,
              role.replace('secure_api_', '') as 'application' | 'key_rotation',
              app.database.name,
            );
      const change = role.endsWith('rotation') ? 'notes = NULL' : `status = 'closed'`;

      await atPsql(
        url,
        `SELECT set_config('app.tenant_id', 'acme', false)`,
        `UPDATE customers SET ${change} WHERE id = '${id}'`,
      );

      const rows = await changes();
      expect(rows).toMatchObject([
        {
          tenant_id: 'acme',
          subject: null,
          address: '127.0.0.1',
          details: { operation: 'update', program: 'psql' },
        },
      ]);
      expect(rows[0]?.database_role).toBe(new URL(url).username);
      expect(rows[0]?.details['columns']).toEqual(
        role.endsWith('rotation') ? [{ name: 'notes' }] : [{ name: 'status', old: 'active', new: 'closed' }],
      );
    },
  );

  it('[P9.5] is recorded when rows are removed, one by one or all at once', async () => {
    const id = await customerId();

    await atPsql(
      app.database.adminUrl,
      `DELETE FROM customers WHERE id = '${id}'`,
      'TRUNCATE notice_contacts',
    );

    expect((await changes()).map(({ details }) => details)).toMatchObject([
      { table: 'customers', operation: 'delete', key: { id } },
      { table: 'notice_contacts', operation: 'truncate' },
    ]);
  });

  it('[P9.5] is recorded in a session that claims to be a replica', async () => {
    const id = await customerId();

    await atPsql(
      app.database.adminUrl,
      'SET session_replication_role = replica',
      `UPDATE customers SET status = 'closed' WHERE id = '${id}'`,
    );

    expect(await changes()).toHaveLength(1);
  });

  it('[P9.5] cannot be blamed on somebody else', async () => {
    const id = await customerId();
    const blame = JSON.stringify({ subject: 'mallory', address: '192.0.2.1' });

    await atPsql(
      app.database.adminUrl,
      `SELECT set_config('app.actor', '${blame}', false)`,
      `UPDATE customers SET status = 'closed' WHERE id = '${id}'`,
    );

    expect(await changes()).toMatchObject([{ subject: null, address: '127.0.0.1' }]);
  });

  it.each(['{', 'null', '[]', '"ada"', '{"subject": "\\u0000"}', `{"subject": ${'9'.repeat(400)}}`])(
    '[P9.5] is neither refused nor believed for an actor like %s',
    async (actor) => {
      const id = await customerId();

      await atPsql(
        app.database.url('application'),
        `SELECT set_config('app.tenant_id', 'acme', false), set_config('app.actor', '${actor}', false)`,
        `UPDATE customers SET status = 'closed' WHERE id = '${id}'`,
      );

      const [row] = await changes();
      expect(row?.details['operation']).toBe('update');
      expect(row?.subject?.length ?? 0).toBeLessThanOrEqual(255);
    },
  );

  it('[P9.5] counter-proof: without the trigger it leaves nothing', async () => {
    const undefended = await createTestApp();
    await undefended.database.inspect('DROP TRIGGER record_change ON customers');
    const { body } = await (await undefended.as()).post('/v2/customers', aCustomer());

    await atPsql(undefended.database.adminUrl, `DELETE FROM customers WHERE id = '${body.id as string}'`);

    expect(await trailOf(undefended.database, 'data_change')).toEqual([]);
    await undefended.stop();
  });
});

describe('a change and its row in the log', () => {
  it('[P9.5] are one transaction: what is undone leaves nothing', async () => {
    const id = await customerId();

    await atPsql(app.database.adminUrl, 'BEGIN', `DELETE FROM customers WHERE id = '${id}'`, 'ROLLBACK');

    expect(await changes()).toEqual([]);
  });

  it('[P9.5] both outlive an instance that is killed right after its answer', async () => {
    const instance = await startProcess(app.environment);
    const token = await app.issuer.token({ claims: { sub: 'last words' } });
    const answer = await fetch(`${instance.url}/v2/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(aCustomer()),
    });
    await instance.stop();

    expect(answer.status).toBe(201);
    expect(await changes()).toMatchObject([{ subject: 'last words', details: { operation: 'insert' } }]);
  });

  it('[P9.5] is left out for mere housekeeping', async () => {
    await aKeyOf(await aPerson(app));
    seen += 1;

    await attemptAs(app.database, 'application', 'UPDATE api_keys SET use_count = use_count + 1; COMMIT');

    expect(await changes()).toEqual([]);
  });

  it('[P9.5] is not left out when somebody else keeps house', async () => {
    await aKeyOf(await aPerson(app));
    seen += 1;

    await app.database.inspect(`UPDATE api_keys SET busiest_minute = 1000000 WHERE tenant_id = 'acme'`);

    expect(await changes()).toContainEqual(expect.objectContaining({ database_role: 'postgres' }));
  });

  it('[P9.5] is also one of a containment that somebody lifts past the command', async () => {
    await incident(app.database, 'block', '--address', '192.0.2.77', '--reason', 'a test');
    seen = (await trailOf(app.database, 'data_change')).length;

    await app.database.inspect('UPDATE incident.containments SET lifted_at = now()');

    expect(await changes()).toEqual([
      expect.objectContaining({
        details: expect.objectContaining({ table: 'containments', operation: 'update' }),
      }),
    ]);
  });
});
