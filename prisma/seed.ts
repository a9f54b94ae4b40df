import { parseArgs } from 'node:util';
import pg from 'pg';
import { builtCustomerSeal } from '../dev/built-seal.ts';
import { runningDatabase } from '../dev/database.ts';
import { DEMO_CUSTOMERS, type DemoCustomer } from '../dev/demo-customers.ts';
import { manyCustomers } from '../dev/many-customers.ts';
import { isLoopbackHost } from '../src/platform/config/loopback-host.ts';

/*
 * npm run db:seed: fills the demo tenants, as the application's own role and so under its
 * row-level security. What is there already stays as it is, changed or not.
 *
 * npm run db:seed -- --customers 1000000: so many invented customers more for acme.
 */

const TENANT_OF_MANY = 'acme';
const BATCH_SIZE = 2000;

try {
  const customers = wantedCustomers();
  const environment = process.env['DATABASE_URL'] ? process.env : await runningDatabase();
  if (!environment) {
    throw new Error(
      'run "npm start" meanwhile, or set DATABASE_URL, FIELD_ENCRYPTION_KEYS and FIELD_INDEX_KEYS',
    );
  }
  if (customers !== DEMO_CUSTOMERS && !isOnThisMachine(environment['DATABASE_URL'])) {
    throw new Error('invented customers are for a database on this machine only');
  }
  process.stdout.write(`Added ${await seed(environment, customers)} customers.\n`);
} catch (error) {
  process.stderr.write(`The customers could not be added: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function isOnThisMachine(databaseUrl = ''): boolean {
  return isLoopbackHost(URL.parse(databaseUrl)?.hostname ?? '');
}

function wantedCustomers(): Iterable<DemoCustomer> {
  const { customers } = parseArgs({ options: { customers: { type: 'string' } } }).values;
  if (customers === undefined) {
    return DEMO_CUSTOMERS;
  }
  if (!/^[1-9]\d{0,7}$/.test(customers)) {
    throw new Error('--customers takes a whole number up to 99999999');
  }
  return manyCustomers(TENANT_OF_MANY, Number(customers));
}

async function seed(environment: NodeJS.ProcessEnv, customers: Iterable<DemoCustomer>): Promise<number> {
  const seal = await builtCustomerSeal(environment);
  const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
  await client.connect();
  try {
    let added = 0;
    let inFlight = Promise.resolve(0);
    for (const batch of batchesOf(customers)) {
      // Sealed here while the database still works on the batch before.
      const rows = batch.map((customer) => ({
        ...customer,
        ...seal.close(customer, { tenantId: customer.tenant, rowId: customer.id }),
      }));
      added += await inFlight;
      inFlight = insert(client, rows);
    }
    return added + (await inFlight);
  } finally {
    await client.end();
  }
}

/** Customers of one tenant each, since a transaction works for no more than one. */
function* batchesOf(customers: Iterable<DemoCustomer>): Generator<DemoCustomer[]> {
  let batch: DemoCustomer[] = [];
  for (const customer of customers) {
    if (batch.length === BATCH_SIZE || (batch[0] && batch[0].tenant !== customer.tenant)) {
      yield batch;
      batch = [];
    }
    batch.push(customer);
  }
  yield batch;
}

/** One transaction, since the tenant is set for no longer than that. */
async function insert(
  client: pg.Client,
  rows: readonly (DemoCustomer & { taxIdIndex?: string | null })[],
): Promise<number> {
  await client.query('BEGIN');
  await client.query("SELECT set_config('app.tenant_id', $1, true)", [rows[0]?.tenant]);
  // On any conflict: also when somebody has given the e-mail address to another customer since.
  const { rowCount } = await client.query(
    `INSERT INTO customers (id, tenant_id, given_name, family_name, email, phone, tax_id, tax_id_index,
                            status, notes, created_at, updated_at)
     SELECT id, tenant_id, given_name, family_name, email, phone, tax_id, tax_id_index,
            status, notes, created_at, created_at
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                 $8::text[], $9::customer_status[], $10::text[], $11::timestamptz[])
       AS row (id, tenant_id, given_name, family_name, email, phone, tax_id, tax_id_index, status, notes, created_at)
     ON CONFLICT DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ tenant }) => tenant),
      rows.map(({ givenName }) => givenName),
      rows.map(({ familyName }) => familyName),
      rows.map(({ email }) => email),
      rows.map(({ phone }) => phone),
      rows.map(({ taxId }) => taxId),
      rows.map(({ taxIdIndex }) => taxIdIndex),
      rows.map(({ status }) => status),
      rows.map(({ notes }) => notes),
      rows.map(({ createdAt }) => createdAt),
    ],
  );
  await client.query('COMMIT');
  return rowCount ?? 0;
}
