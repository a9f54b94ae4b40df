import pg from 'pg';
import type { TestDatabase } from './database.js';
import type { TestRole } from './database-roles.js';

/** Tries a statement as the role, for one tenant; whatever it did is undone. */
export async function attemptAs(
  database: TestDatabase,
  role: TestRole,
  sql: string,
  tenant = 'acme',
): Promise<object[]> {
  const session = new pg.Client({ connectionString: database.url(role) });
  await session.connect();
  try {
    await session.query('BEGIN');
    await session.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenant]);
    return (await session.query<object>(sql)).rows;
  } finally {
    await session.end();
  }
}
