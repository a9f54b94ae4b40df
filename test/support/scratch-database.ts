import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { bootstrapRoles } from '../../src/database/roles/bootstrap-roles.js';
import { runSql } from './database.js';
import { TEST_PASSWORDS, urlFor } from './database-roles.js';
import { whileChangingRoles } from './shared-roles.js';

/** An empty database, with the roles connected and no migration applied. */
export interface ScratchDatabase {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  /** Runs SQL as the superuser: for looking. */
  inspect<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const serverUrl = urlFor(inject('adminUrl'), null, 'postgres');
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  await runSql(serverUrl, `CREATE DATABASE ${name}`);
  const adminUrl = urlFor(serverUrl, null, name);
  await whileChangingRoles(() => bootstrapRoles(adminUrl, TEST_PASSWORDS));
  return {
    adminUrl,
    ownerUrl: urlFor(adminUrl, 'owner', name),
    inspect: (sql, values) => runSql(adminUrl, sql, values),
    drop: async () => void (await runSql(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}
