import { readFile } from 'node:fs/promises';
import pg from 'pg';

const ROLES_SQL = new URL('../../../prisma/roles.sql', import.meta.url);

/** Plaintext passwords of the three roles. */
export interface RolePasswords {
  readonly owner: string;
  readonly application: string;
  readonly reporting: string;
}

/**
 * Creates the database roles, or gives the existing ones these passwords, and connects them
 * to the database of `adminUrl`. Idempotent; safe for several databases of one server.
 */
export async function bootstrapRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const [role, password] of Object.entries(passwords)) {
      await client.query('SELECT set_config($1, $2, false)', [`bootstrap.${role}_password`, password]);
    }
    await client.query(await readFile(ROLES_SQL, 'utf8'));
  } finally {
    await client.end();
  }
}
