import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCustomer } from '../support/customers.js';
import type { TestRole } from '../support/database-roles.js';
import { attemptAs } from '../support/role-attempts.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: somebody has done something and has a credential of the database. They remove the traces, change
 * them, or lay traces of somebody else.
 */

const ROLES = [
  'application',
  'reporting',
  'key_rotation',
  'notices',
  'auditor',
  'incident_response',
] as const satisfies readonly TestRole[];

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  for (const tenant of ['acme', 'globex']) {
    await (await app.as({ tenant })).post('/v2/customers', aCustomer());
  }
});
afterAll(() => app.stop());

const attempt = (role: TestRole, sql: string, tenant?: string): Promise<object[]> =>
  attemptAs(app.database, role, sql, tenant);

const insert = (columns: string, values: string): string =>
  `INSERT INTO audit.events (occurred_at, outcome, details, ${columns}) VALUES (now(), 'success', '{}', ${values})`;
const OWN_EVENT = insert('source, event', `'application', 'authn_login_success'`);

const CHANGES = [
  `UPDATE audit.events SET subject = 'somebody else'`,
  `UPDATE audit.events SET details = '{}'`,
  'DELETE FROM audit.events',
  'TRUNCATE audit.events',
  'DELETE FROM audit.events_default',
  'DROP TABLE audit.events_default',
  'ALTER TABLE audit.events DETACH PARTITION audit.events_default',
  'ALTER TABLE audit.events DISABLE ROW LEVEL SECURITY',
  'CREATE POLICY mine ON audit.events USING (true)',
  'DROP POLICY application_events ON audit.events',
  `UPDATE audit.chain SET mac = sha256('')`,
  'DELETE FROM audit.chain',
  `UPDATE audit.heads SET horizon = '1'`,
  'DELETE FROM audit.heads',
  `INSERT INTO audit.anchors VALUES (1, '', '[]', 'a1', '')`,
  'DELETE FROM audit.anchors',
  'ALTER TABLE public.customers DISABLE TRIGGER record_change',
  'DROP TRIGGER record_change ON public.api_keys',
  'CREATE OR REPLACE FUNCTION audit.record_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
  'ALTER FUNCTION audit.record_change() SECURITY INVOKER',
  'SET session_replication_role = replica',
  'SET ROLE secure_api_audit',
  'SELECT audit.make_partitions(1)',
  'SELECT audit.remove_before(now())',
  insert('source, event', `'database', 'data_change'`),
  insert('source, event, database_role', `'application', 'authn_login_fail', 'postgres'`),
  insert('source, event, recorded_at', `'application', 'authn_login_fail', now() - interval '1 day'`),
  insert('source, event, xid', `'application', 'authn_login_fail', '1'`),
];

describe.each(ROLES)('with the credential of %s', (role) => {
  it.each(CHANGES)('[P9.2] nobody changes the audit: %s', async (sql) => {
    await expect(attempt(role, sql)).rejects.toThrow(/permission denied|must be|row-level security/);
  });
});

describe('the audit trail', () => {
  it.each(['reporting', 'key_rotation', 'notices', 'incident_response'] as const)(
    '[P9.2] is nothing for %s to read',
    async (role) => {
      await expect(attempt(role, 'SELECT * FROM audit.events')).rejects.toThrow('permission denied');
    },
  );

  it.each(['reporting', 'key_rotation', 'notices', 'auditor'] as const)(
    '[P9.2] gets no event from %s',
    async (role) => {
      await expect(attempt(role, OWN_EVENT)).rejects.toThrow(/permission denied|row-level security/);
    },
  );

  it('[P9.2] gets events from the application', async () => {
    await expect(attempt('application', OWN_EVENT)).resolves.toEqual([]);
  });

  it('[P9.2] learns from the incident response what it did, and nothing else', async () => {
    const deed = insert('source, event', `'application', 'incident_contained'`);

    await expect(attempt('incident_response', deed)).resolves.toEqual([]);
    await expect(attempt('incident_response', OWN_EVENT)).rejects.toThrow('row-level security');
  });

  it.each(['infinity', '-infinity', '1999-12-31'])('[P9.2] takes no event of %s', async (time) => {
    const event = OWN_EVENT.replace('now()', `'${time}'`);

    await expect(attempt('application', event)).rejects.toThrow('occurred_at_check');
  });

  it('[P9.2] learns from the auditor what was exported, and nothing else', async () => {
    const report = insert('source, event', `'application', 'data_export'`);

    await expect(attempt('auditor', report)).resolves.toEqual([]);
  });

  it('[P9.2] shows the application one tenant’s rows, and the auditor all', async () => {
    const tenants = `SELECT DISTINCT tenant_id FROM audit.events WHERE source = 'database' ORDER BY 1`;

    const [acme, nobody, auditor] = [
      await attempt('application', tenants),
      await attempt('application', tenants, ''),
      await attempt('auditor', tenants),
    ];

    expect([acme, nobody]).toEqual([[{ tenant_id: 'acme' }], []]);
    expect(auditor).toEqual([{ tenant_id: 'acme' }, { tenant_id: 'globex' }]);
  });

  it('[P9.2] is granted as decided and no further', async () => {
    const grants = await app.database.inspect<{ line: string }>(
      `SELECT concat_ws(' ', replace(grantee, 'secure_api_', ''), table_name,
                        string_agg(DISTINCT privilege_type, ',' ORDER BY privilege_type)) AS line
       FROM information_schema.column_privileges
       WHERE table_schema = 'audit'
         AND (grantee = 'PUBLIC' OR grantee LIKE 'secure\\_api\\_%') AND grantee <> 'secure_api_owner'
       GROUP BY grantee, table_name ORDER BY 1`,
    );

    expect(grants.map(({ line }) => line)).toEqual([
      'application anchors SELECT',
      'application chain INSERT,SELECT',
      'application events INSERT,SELECT',
      'application heads INSERT,SELECT',
      'application sealing SELECT,UPDATE',
      'audit anchors SELECT',
      'audit chain SELECT',
      'audit events INSERT,SELECT',
      'audit heads SELECT',
      'auditor anchors SELECT',
      'auditor chain SELECT',
      'auditor events INSERT,SELECT',
      'auditor heads SELECT',
      'incident_response events INSERT',
    ]);
  });

  it('[P9.2] has forced row-level security in each of its partitions', async () => {
    const unprotected = await app.database.inspect(
      `SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p')
         AND relname LIKE 'events%' AND NOT (relrowsecurity AND relforcerowsecurity)`,
    );

    expect(unprotected).toEqual([]);
  });
});

describe('an application that could change the trail', () => {
  it.each([
    ['GRANT UPDATE (details) ON audit.events TO secure_api_application', 'may change the audit trail'],
    ['GRANT DELETE ON audit.chain TO secure_api_application', 'may change the audit trail'],
    ['GRANT TRUNCATE ON audit.heads TO secure_api_application', 'may truncate or attach to tables'],
    ['GRANT CREATE ON SCHEMA audit TO secure_api_application', 'may create'],
    ['ALTER TABLE audit.events NO FORCE ROW LEVEL SECURITY', 'finds tenants without row-level security'],
  ])('[P9.2] does not start: %s', async (sql, power) => {
    const own = await createTestApp();
    await own.database.inspect(sql);

    await expect(createTestApp({ besides: own })).rejects.toThrow(power);
    await own.stop();
  });
});
