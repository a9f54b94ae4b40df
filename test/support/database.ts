import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { TEMPLATE_DATABASE, urlFor, type TestRole } from './database-roles.js';

/** A database of its own for one test file: a copy of the migrated template. */
export interface TestDatabase {
  readonly name: string;
  readonly adminUrl: string;
  url(role: TestRole): string;
  /** Runs SQL as the superuser, past row-level security: for looking, never for acting. */
  inspect<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = urlFor(inject('adminUrl'), null, 'postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runSql(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
  const adminUrl = urlFor(serverUrl, null, name);
  // Privileges on the database itself are not copied from the template.
  await runSql(adminUrl, `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await runSql(
    adminUrl,
    `GRANT CONNECT ON DATABASE ${name} TO secure_api_owner, secure_api_application, secure_api_reporting, secure_api_key_rotation, secure_api_notices, secure_api_auditor, secure_api_incident_response`,
  );
  return {
    name,
    adminUrl,
    url: (role) => urlFor(adminUrl, role, name),
    inspect: (sql, values) => runSql(adminUrl, sql, values),
    drop: async () => void (await runSql(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

/** One statement on a connection of its own. */
export async function runSql<Row extends object>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
