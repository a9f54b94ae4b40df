import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { CustomerSummary } from '../../src/customers/customer.js';
import type { Environment } from '../../src/platform/config/configuration.js';

const run = promisify(execFile);

/** So many invented customers more of one tenant; PostgreSQL then looks at the table as it has become. */
export async function addCustomers(count: number, adminUrl: string, environment: Environment): Promise<void> {
  await run(process.execPath, ['prisma/seed.ts', '--customers', String(count)], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', ...environment },
  });
  await query(adminUrl, 'VACUUM ANALYZE customers');
}

/** The customer with so many before it in the order of the list. */
export async function customerAt(place: number, adminUrl: string): Promise<CustomerSummary> {
  const [row] = await query<CustomerSummary>(
    adminUrl,
    `SELECT id, email, created_at AS "createdAt", family_name AS "familyName" FROM customers
     WHERE tenant_id = 'acme' ORDER BY created_at, id OFFSET ${place} LIMIT 1`,
  );
  return row as CustomerSummary;
}

/** Ids of that tenant, by lot. */
export async function someIds(limit: number, adminUrl: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    adminUrl,
    `SELECT id FROM customers WHERE tenant_id = 'acme' ORDER BY random() LIMIT ${limit}`,
  );
  return rows.map(({ id }) => id);
}

async function query<Row extends pg.QueryResultRow>(adminUrl: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
