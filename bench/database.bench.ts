import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CustomerSummary } from '../src/customers/customer.js';
import { TenantDatabase } from '../src/database/tenancy/tenant-database.js';
import type { ApiClient } from '../test/support/api-client.js';
import { blocksRead, explainEverything, explainNothing, nodesOf, plansOf } from '../test/support/plans.js';
import { createTestApp, type TestApp } from '../test/support/test-app.js';
import { DEPTH, PAGE, pagesOfList } from './lists/pages.js';
import { addCustomers, customerAt } from './lists/rows.js';
import { takeTurns, type Measurement } from './lists/turns.js';
import { markdownTable } from './markdown-table.js';
import { publish } from './publish.js';
import { medianOf } from './statistics.js';

/*
 * npm run bench:database: pages, searches and look-ups at ten thousand and at a million
 * customers of one tenant, over HTTP, with every protection on. Writes the table into the
 * README of the folder that it measures.
 */

const README = 'src/database/README.md';
const SIZES = [10_000, 1_000_000];
const ROUNDS = 40;

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await createTestApp({ environment: { DATABASE_STATEMENT_TIMEOUT_SECONDS: '60' } });
  const scope = 'customers:read customers:write customers:read_sensitive';
  token = await app.issuer.token({ claims: { scope } });
});
afterAll(() => app.stop());

/** The application's clock stands still, so that one token is good for the whole run. */
const callerOf = (instance: TestApp): ApiClient => instance.api.withToken(token);

async function seed(count: number): Promise<number> {
  const start = performance.now();
  await addCustomers(count, app.database.adminUrl, app.environment);
  return (performance.now() - start) / 1000;
}

function measurements(instance: TestApp, size: number, deep: CustomerSummary): Measurement[] {
  const caller = callerOf(instance);
  const get = async (path: string): Promise<void> => {
    expect((await caller.get(path)).status).toBe(200);
  };
  const search = (text: string) => (): Promise<void> => get(`/v2/customers?limit=${PAGE}&search=${text}`);
  const prisma = (page: object) => (): Promise<unknown> =>
    instance.nest.get(TenantDatabase).asTenant('acme', (client) =>
      client.customer.findMany({
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: PAGE,
        select: { id: true, givenName: true, familyName: true, email: true },
        ...page,
      }),
    );
  return [
    ...pagesOfList(deep, instance.environment, get),
    { what: '— with Prisma’s own `cursor`', work: prisma({ cursor: { id: deep.id }, skip: 1 }) },
    { what: '— with `OFFSET`', work: prisma({ skip: Math.floor(size * DEPTH) }) },
    { what: 'search for one customer', work: search(deep.email.slice(0, 12)) },
    { what: 'search for one in four hundred', work: search('bewood') },
    { what: 'search for a common name', work: search('berg') },
    { what: 'search that everybody matches', work: search('example.com') },
    { what: 'search for nobody', work: search('nobody%20at%20all') },
    { what: 'search for signs alone', work: search('%25_%25') },
    {
      what: 'look-up of a tax id',
      work: () => caller.post('/v2/customers/lookup', { taxId: 'ZZ 000 000 017' }),
    },
    { what: 'one customer, decrypted', work: () => caller.get(`/v2/customers/${deep.id}`) },
  ];
}

/** What the statements looked at, in blocks of 8 KiB and index names: EXPLAIN (ANALYZE, BUFFERS) in short. */
async function plansAt(size: number, deep: CustomerSummary): Promise<string[]> {
  await explainEverything(app.database);
  const explained = await createTestApp({ besides: app });
  const found: string[] = [];
  for (const { work } of measurements(explained, size, deep)) {
    const plans = await plansOf(explained, work);
    const indexes = new Set(
      plans.flatMap(({ plan }) => nodesOf(plan).flatMap((node) => node['Index Name'] ?? [])),
    );
    const names = [...indexes].map((name) => name.replace(/^customers_(tenant_id_)?|_id_idx$|_idx$/g, ''));
    found.push(`${blocksRead(plans)} (${names.toSorted().join(', ')})`);
  }
  await explained.stop();
  await explainNothing(app.database);
  return found;
}

it('measures', async () => {
  const columns: string[][] = [];
  let names: string[] = [];
  let seeding = '';
  let size = 0;
  for (const wanted of SIZES) {
    const seconds = await seed(wanted - size);
    seeding = `${(wanted - size).toLocaleString('en')} customers in ${Math.round(seconds)} s`;
    size = wanted;
    const deep = await customerAt(Math.floor(size * DEPTH), app.database.adminUrl);
    const list = measurements(app, size, deep);
    names = list.map(({ what }) => what);
    columns.push(
      (await takeTurns(list, ROUNDS)).map((times) => medianOf(times).toFixed(1)),
      await plansAt(size, deep),
    );
  }
  const head = ['', '10 thousand, ms', 'blocks (indexes)', '1 million, ms', 'blocks (indexes)'];
  const rows = names.map((name, row) => [name, ...columns.map((column) => column[row] ?? '')]);
  const table = markdownTable(head, rows);
  await publish('database', table, README);
  process.stdout.write(`Seeded ${seeding}.\n`);
});
