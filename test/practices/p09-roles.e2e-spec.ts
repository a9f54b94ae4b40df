import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCustomer } from '../support/customers.js';
import type { TestRole } from '../support/database-roles.js';
import { attemptAs } from '../support/role-attempts.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody has a credential of the database, out of a log, a backup or a process,
 * and tries everything that PostgreSQL knows with it.
 */

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  for (const tenant of ['acme', 'globex']) {
    const caller = await app.as({ tenant });
    await caller.post('/v2/customers', aCustomer({ notes: 'n', taxId: 'ZZ-1234' }));
  }
});
afterAll(() => app.stop());

const attempt = (role: TestRole, sql: string, tenant?: string): Promise<object[]> =>
  attemptAs(app.database, role, sql, tenant);

const refused = (role: TestRole, sql: string): Promise<void> =>
  expect(attempt(role, sql)).rejects.toThrow(/permission denied|must be owner|row-level security/);

describe('with the credential of the application', () => {
  it.each([
    'TRUNCATE customers',
    'ALTER TABLE customers DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE customers NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY tenant_isolation ON customers',
    'CREATE POLICY mine ON customers USING (true)',
    'ALTER TABLE customers DROP CONSTRAINT customers_notes_sealed',
    'DROP INDEX customers_search_idx',
    'CREATE TABLE mine (id int)',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1',
    'CREATE TRIGGER mine BEFORE INSERT ON customers EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'ALTER FUNCTION search.customers SECURITY INVOKER',
    'SELECT * FROM search.searchable_customers',
    'SELECT * FROM _prisma_migrations',
    'DELETE FROM _prisma_migrations',
    'SET ROLE secure_api_owner',
    'SET ROLE secure_api_search',
    'SET ROLE secure_api_key_rotation',
    'SET ROLE secure_api_notices',
    'SELECT * FROM deprecation_notices',
    'DELETE FROM deprecation_notices',
    `UPDATE notice_contacts SET kind = 'client'`,
    'ALTER ROLE secure_api_application SUPERUSER',
    `COPY customers TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/passwd')`,
    'SELECT reason FROM incident.containments',
    'UPDATE incident.containments SET lifted_at = now()',
    'DELETE FROM incident.containments',
    `INSERT INTO incident.containments (kind, value, reason, created_by) VALUES ('address', '::1', 'r', 'me')`,
    'SET ROLE secure_api_incident_response',
  ])('[P9.2] nobody can: %s', (sql) => refused('application', sql));

  it.each([
    `SELECT * FROM customers WHERE tenant_id = 'globex'`,
    `SELECT * FROM customers WHERE tenant_id <> current_setting('app.tenant_id')`,
    `SELECT * FROM customers WHERE id IN (SELECT search.customers('example', NULL, 'createdAt', NULL, NULL, NULL, 50)) AND tenant_id <> 'acme'`,
    `UPDATE customers SET status = 'closed' WHERE tenant_id = 'globex' RETURNING id`,
    `DELETE FROM customers WHERE tenant_id = 'globex' RETURNING id`,
  ])('[P9.2] nobody reaches another tenant: %s', async (sql) => {
    expect(await attempt('application', sql)).toEqual([]);
  });

  it('[P9.2] nobody moves a row to another tenant', () =>
    refused('application', `UPDATE customers SET tenant_id = 'globex'`));

  it('[P9.2] the search answers for the session’s tenant alone, and for nobody without one', async () => {
    const search = `SELECT search.customers('example', NULL, 'createdAt', NULL, NULL, NULL, 50) AS id`;

    const [acme, globex, nobody] = await Promise.all(
      ['acme', 'globex', ''].map((tenant) => attempt('application', search, tenant)),
    );

    expect([acme?.length, globex?.length, nobody?.length]).toEqual([1, 1, 0]);
    expect(acme).not.toEqual(globex);
  });
});

describe('with the credential of reporting', () => {
  it.each(['given_name', 'family_name', 'email', 'phone', 'tax_id', 'tax_id_index', 'notes', '*'])(
    '[P9.2] nobody reads the personal data in %s',
    (column) => refused('reporting', `SELECT ${column} FROM customers`),
  );

  it.each([
    `UPDATE customers SET status = 'closed'`,
    'DELETE FROM customers',
    'SELECT * FROM idempotency_keys',
    'SELECT subject FROM deprecated_usage',
    'DELETE FROM deprecated_usage',
    `SELECT search.customers('example', NULL, 'createdAt', NULL, NULL, NULL, 50)`,
  ])('[P9.2] nobody can: %s', (sql) => refused('reporting', sql));

  it('[P9.2] somebody can count, across tenants', async () => {
    const counts = await attempt(
      'reporting',
      'SELECT tenant_id, count(*)::int FROM customers GROUP BY 1 ORDER BY 1',
    );

    expect(counts).toEqual([
      { tenant_id: 'acme', count: 1 },
      { tenant_id: 'globex', count: 1 },
    ]);
  });
});

describe('with the credential of the key rotation', () => {
  it.each([
    'SELECT given_name FROM customers',
    'SELECT email FROM customers',
    `UPDATE customers SET tenant_id = 'globex'`,
    `UPDATE customers SET status = 'closed'`,
    'DELETE FROM customers',
    'SELECT fingerprint FROM idempotency_keys',
    'DELETE FROM idempotency_keys',
    'TRUNCATE customers',
  ])('[P9.2] nobody can: %s', (sql) => refused('key_rotation', sql));

  it('[P9.2] what it reads of every tenant is sealed', async () => {
    const rows = await attempt('key_rotation', 'SELECT tenant_id, tax_id, notes FROM customers');

    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('ZZ-1234');
  });
});

describe('with the credential of the notices', () => {
  it.each([
    'SELECT * FROM customers',
    'SELECT * FROM api_keys',
    'SELECT * FROM browser_sessions',
    'DELETE FROM deprecated_usage',
    `UPDATE deprecated_usage SET count = 0`,
    `UPDATE notice_contacts SET email = 'eve@example.com'`,
    'DELETE FROM notice_contacts',
    `UPDATE deprecation_notices SET recipient = 'eve@example.com'`,
    'TRUNCATE deprecation_notices',
    'SET ROLE secure_api_application',
  ])('[P9.2] nobody can: %s', (sql) => refused('notices', sql));

  it('[P9.2] nobody can undo that something was sent', async () => {
    await app.database.inspect(
      `INSERT INTO deprecation_notices VALUES ('acme', '1', 'announcement', 'sent@example.com', now(), now())`,
    );
    const mine = `recipient = 'sent@example.com'`;

    await attempt('notices', `UPDATE deprecation_notices SET sent_at = NULL WHERE ${mine}`);
    await attempt('notices', `DELETE FROM deprecation_notices WHERE ${mine}`);

    expect(
      await app.database.inspect(
        `SELECT 1 AS one FROM deprecation_notices WHERE ${mine} AND sent_at IS NOT NULL`,
      ),
    ).toHaveLength(1);
  });

  it('[P9.2] somebody sees who is told of which calls, across tenants', async () => {
    await app.database.inspect(
      `INSERT INTO notice_contacts (tenant_id, kind, reference, email, updated_at)
       VALUES ('acme', 'tenant', '', 'a@example.com', now()), ('globex', 'tenant', '', 'g@example.com', now())`,
    );

    const contacts = await attempt('notices', 'SELECT tenant_id, email FROM notice_contacts ORDER BY 1');

    expect(contacts).toEqual([
      { tenant_id: 'acme', email: 'a@example.com' },
      { tenant_id: 'globex', email: 'g@example.com' },
    ]);
  });
});

describe('with the credential of incident response', () => {
  it.each([
    'SELECT * FROM customers',
    'SELECT tokens FROM browser_sessions',
    'SELECT secret_hash FROM browser_sessions',
    'SELECT secret_hash FROM api_keys',
    'SELECT email FROM notice_contacts',
    `UPDATE api_keys SET owner = 'eve'`,
    'UPDATE api_keys SET expires_at = now()',
    'DELETE FROM api_keys',
    `UPDATE browser_sessions SET subject = 'eve'`,
    `UPDATE incident.containments SET reason = 'none'`,
    'DELETE FROM incident.containments',
    'TRUNCATE incident.containments',
    'SELECT * FROM audit.events',
    'SET ROLE secure_api_application',
  ])('[P9.2] nobody can: %s', (sql) => refused('incident_response', sql));

  it('[P9.2] nobody gives back what was revoked, or puts in force again what was lifted', async () => {
    const id = 'r'.repeat(22);
    await app.database.inspect(
      `INSERT INTO api_keys (id, tenant_id, owner, name, scopes, is_read_only, allowed_networks, rate_plan, lifetime_days,
                             secret_hash, pepper, expires_at, created_at, revoked_at)
       VALUES ($1, 'acme', 'user-1', 'n', '{}', true, '{}', 'standard', 1, $2, 'p1', now(), now(), now())`,
      [id, 'h'.repeat(43)],
    );
    await app.database.inspect(
      `INSERT INTO incident.containments (kind, value, reason, created_by, lifted_at)
       VALUES ('address', '192.0.2.1', 'r', 'me', now())`,
    );

    const revived = await attempt('incident_response', 'UPDATE api_keys SET revoked_at = NULL RETURNING id');
    const again = await attempt(
      'incident_response',
      'UPDATE incident.containments SET lifted_at = NULL RETURNING id',
    );

    expect([revived, again]).toEqual([[], []]);
  });
});

describe('with the credential of the owner', () => {
  it('[P9.2] rows stay hidden without a tenant, because row-level security is forced', async () => {
    expect(await attempt('owner', 'SELECT * FROM customers', '')).toEqual([]);
  });
});

describe('the role that owns the search', () => {
  it('[P9.2] never logs in, and reads nothing that is sealed', async () => {
    const [role] = await app.database.inspect(
      `SELECT rolcanlogin, has_any_column_privilege(oid, 'customers', 'UPDATE') AS writes,
              has_column_privilege(oid, 'customers', 'tax_id', 'SELECT') AS reads_sealed
       FROM pg_roles WHERE rolname = 'secure_api_search'`,
    );

    expect(role).toEqual({ rolcanlogin: false, writes: false, reads_sealed: false });
  });
});

describe('every table', () => {
  it('[P9.2] that has a tenant has forced row-level security for everybody', async () => {
    const unprotected = await app.database.inspect(
      `SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attname = 'tenant_id'
         AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
           SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'tenant_isolation'
             AND polcmd = '*' AND polroles = '{0}' AND polqual IS NOT NULL AND polwithcheck IS NOT NULL))`,
    );

    expect(unprotected).toEqual([]);
  });

  it('[P9.2] is granted as decided and no further', async () => {
    const grants = await app.database.inspect<{ line: string }>(
      `SELECT concat_ws(' ', replace(grantee, 'secure_api_', ''), table_name,
                        string_agg(DISTINCT privilege_type, ',' ORDER BY privilege_type)) AS line
       FROM information_schema.role_table_grants
       WHERE table_schema IN ('public', 'search', 'incident')
         AND (grantee = 'PUBLIC' OR grantee LIKE 'secure\\_api\\_%') AND grantee <> 'secure_api_owner'
       GROUP BY grantee, table_name ORDER BY 1`,
    );

    const own = (name: string): string =>
      `search ${name} DELETE,INSERT,REFERENCES,SELECT,TRIGGER,TRUNCATE,UPDATE`;
    expect(grants.map(({ line }) => line)).toEqual([
      // What may be changed of keys, sessions, counts and contacts is granted by column, and to reporting everything is.
      'application alert_cooldowns DELETE,INSERT,SELECT',
      'application alerts INSERT,SELECT',
      'application api_key_networks INSERT,SELECT',
      'application api_keys INSERT,SELECT',
      'application browser_sessions DELETE,INSERT,SELECT',
      'application customers DELETE,INSERT,SELECT,UPDATE',
      'application deprecated_usage DELETE,INSERT,SELECT',
      'application idempotency_keys DELETE,INSERT,SELECT,UPDATE',
      'application known_origins DELETE,INSERT,SELECT',
      'application notice_contacts DELETE,INSERT,SELECT',
      'incident_response browser_sessions DELETE',
      'incident_response containments INSERT,SELECT',
      'notices deprecation_notices DELETE,INSERT,SELECT',
      own('searchable_customers'),
    ]);
  });
});

describe('an application that is given a role with more power', () => {
  it.each([
    ['the owner', () => app.database.url('owner'), 'owns tables'],
    ['a superuser', () => app.database.adminUrl, 'rolsuper'],
  ])('[P9.2] does not start with the credential of %s', async (_who, url, power) => {
    const start = createTestApp({ besides: app, environment: { DATABASE_URL: url() } });

    await expect(start).rejects.toThrow(`a role that can do too much (`);
    await expect(start).rejects.toThrow(power);
  });

  it.each(['key_rotation', 'notices', 'incident_response'] as const)(
    '[P9.2] does not start with the credential of %s either',
    async (role) => {
      const start = createTestApp({ besides: app, environment: { DATABASE_URL: app.database.url(role) } });

      await expect(start).rejects.toThrow('has a policy of its own');
    },
  );

  it.each([
    ['GRANT TRUNCATE ON customers TO secure_api_application', 'may truncate or attach to tables'],
    ['GRANT CREATE ON SCHEMA public TO secure_api_application', 'may create'],
    ['ALTER TABLE customers NO FORCE ROW LEVEL SECURITY', 'finds tenants without row-level security'],
    ['CREATE TABLE later (tenant_id text)', 'finds tenants without row-level security'],
  ])('[P9.2] does not start after %s', async (sql, power) => {
    const own = await createTestApp();
    await own.database.inspect(sql);

    await expect(createTestApp({ besides: own })).rejects.toThrow(power);
    await own.stop();
  });

  it('[P9.2] counter-proof: without the check it starts, and every tenant sees the other', async () => {
    const undefended = await createTestApp({
      besides: app,
      removal: without('least privilege'),
      environment: { DATABASE_URL: app.database.adminUrl },
    });
    const caller = undefended.api.withToken(await app.issuer.token({ claims: { tenant: 'acme' } }));

    const { body } = await caller.get('/v2/customers');

    expect(body.data).toHaveLength(2);
    await undefended.stop();
  });
});
