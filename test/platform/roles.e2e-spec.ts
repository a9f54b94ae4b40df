import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyMigrations } from '../../src/database/migrations/apply-migrations.js';
import { bootstrapRoles } from '../../src/database/roles/bootstrap-roles.js';
import { createTestDatabase, runSql, type TestDatabase } from '../support/database.js';
import { TEST_PASSWORDS, urlFor } from '../support/database-roles.js';
import { whileChangingRoles } from '../support/shared-roles.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('the bootstrap of the roles', () => {
  it('works again in a second database of the same server, and migrations apply there as the owner', async () => {
    const server = urlFor(inject('adminUrl'), null, 'postgres');
    const name = `second_${randomBytes(6).toString('hex')}`;
    await runSql(server, `CREATE DATABASE ${name}`);
    const adminUrl = urlFor(server, null, name);

    await whileChangingRoles(() => bootstrapRoles(adminUrl, TEST_PASSWORDS));
    await whileChangingRoles(() => bootstrapRoles(adminUrl, TEST_PASSWORDS));
    const applied = await applyMigrations(urlFor(server, 'owner', name));

    expect(applied).not.toEqual([]);
    expect(await runSql(urlFor(server, 'application', name), 'SELECT count(*)::int FROM customers')).toEqual([
      { count: 0 },
    ]);
    await runSql(server, `DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('refuses to make a role without a password', async () => {
    const bootstrap = bootstrapRoles(database.adminUrl, { ...TEST_PASSWORDS, reporting: '' });

    await expect(bootstrap).rejects.toThrow('bootstrap.reporting_password is not set');
  });

  it('gives no role a right that reaches beyond its own', async () => {
    const roles = await database.inspect(
      `SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
       FROM pg_roles WHERE rolname LIKE 'secure_api_%' ORDER BY rolname`,
    );

    expect(roles.map((role) => Object.values(role))).toEqual(
      [
        'application',
        'audit',
        'auditor',
        'incident_response',
        'key_rotation',
        'notices',
        'owner',
        'reporting',
        'search',
      ].map((name) => [`secure_api_${name}`, false, false, false, false, false]),
    );
  });
});

describe('the roles', () => {
  const refused = (role: 'application' | 'reporting', sql: string): Promise<unknown> =>
    expect(runSql(database.url(role), sql)).rejects.toThrow(/permission denied|must be owner/);

  it('the application can neither change tables nor policies nor read the migrations', async () => {
    await refused('application', 'TRUNCATE customers');
    await refused('application', 'ALTER TABLE customers DISABLE ROW LEVEL SECURITY');
    await refused('application', 'DROP POLICY tenant_isolation ON customers');
    await refused('application', 'CREATE TABLE mine (id int)');
    await refused('application', 'SELECT * FROM _prisma_migrations');
  });

  it('reporting reads no personal data and writes nothing', async () => {
    await refused('reporting', 'SELECT email FROM customers');
    await refused('reporting', 'SELECT * FROM customers');
    await refused('reporting', `UPDATE customers SET status = 'closed'`);
    await refused('reporting', 'DELETE FROM customers');

    expect(await runSql(database.url('reporting'), 'SELECT tenant_id, status FROM customers')).toEqual([]);
  });
});
