import pg from 'pg';
import { runningDatabaseUrl } from '../dev/database.ts';
import { DEMO_CUSTOMERS, type DemoCustomer } from '../dev/demo-customers.ts';

/*
 * npm run db:seed: fills the demo tenants, as the application's own role and so under its
 * row-level security. What is there already stays as it is, changed or not.
 */
const url = process.env['DATABASE_URL'] || (await runningDatabaseUrl());
if (url) {
  await seed(url).then(
    (added) => process.stdout.write(`Added ${added} of ${DEMO_CUSTOMERS.length} demo customers.\n`),
    (error: unknown) => fail(`The demo customers could not be added: ${String(error)}`),
  );
} else {
  fail('Run "npm start" meanwhile, or set DATABASE_URL to the URL of the role secure_api_application.');
}

async function seed(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    let added = 0;
    for (const [tenantId, customers] of Map.groupBy(DEMO_CUSTOMERS, ({ tenant }) => tenant)) {
      added += await seedTenant(client, tenantId, customers);
    }
    return added;
  } finally {
    await client.end();
  }
}

/** One transaction, since the tenant is set for no longer than that. */
async function seedTenant(
  client: pg.Client,
  tenantId: string,
  customers: readonly DemoCustomer[],
): Promise<number> {
  await client.query('BEGIN');
  await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenantId]);
  let added = 0;
  for (const customer of customers) {
    const { id, givenName, familyName, email, phone, taxId, status, notes, createdAt } = customer;
    // On any conflict: also when somebody has given the e-mail address to another customer since.
    const { rowCount } = await client.query(
      `INSERT INTO customers (id, tenant_id, given_name, family_name, email, phone, tax_id,
                              status, notes, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
       ON CONFLICT DO NOTHING`,
      [id, tenantId, givenName, familyName, email, phone, taxId, status, notes, createdAt],
    );
    added += rowCount ?? 0;
  }
  await client.query('COMMIT');
  return added;
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
