import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomerCursor, type CustomerList } from '../../src/customers/customer-cursor.js';
import type { CustomerSummary } from '../../src/customers/customer.js';
import { CUSTOMER_SORTS } from '../../src/customers/customer-sort.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { blocksRead, explainEverything, nodesOf, plansOf, type ExecutedPlan } from '../support/plans.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * What a page and a search cost must not grow with what lies before them, or with what other
 * tenants store. Blocks and rows are counted and not seconds: they are the same on every machine.
 */

const CUSTOMERS = 20_000;
const DEEP = CUSTOMERS * 0.95;
const SEARCH_INDEX = 'customers_search_idx';

let first: TestApp;
/** A second instance, whose connections are explained. */
let app: TestApp;
let caller: ApiClient;

beforeAll(async () => {
  first = await createTestApp();
  await first.database.inspect(
    `INSERT INTO customers (id, tenant_id, given_name, family_name, email, status, created_at, updated_at)
     SELECT gen_random_uuid(), tenant, CASE WHEN i % 1000 = 0 THEN 'Rarely' ELSE 'Often' END,
            md5(i::text), md5(tenant || i) || '@example.com',
            CASE WHEN i % 5000 = 0 THEN 'suspended' ELSE 'active' END::customer_status,
            timestamptz '2026-01-01' + i * interval '1 second', now()
     FROM generate_series(1, ${CUSTOMERS}) AS i, unnest(ARRAY['acme', 'globex']) AS tenant`,
  );
  await first.database.inspect('VACUUM ANALYZE customers');
  await explainEverything(first.database);
  // One connection, which knows its catalogue after the first statement: a fresh one reads that, too.
  app = await createTestApp({ besides: first, environment: { DATABASE_POOL_SIZE: '1' } });
  caller = app.api.withToken(await app.issuer.token());
}, 240_000);
afterAll(async () => {
  await app.stop();
  await first.stop();
});

/** What reading customers cost while `work` was done. */
async function plansOfCustomers(work: () => Promise<unknown>): Promise<ExecutedPlan[]> {
  const plans = await plansOf(app, work);
  return plans.filter(({ plan }) => nodesOf(plan).some((node) => node['Relation Name'] === 'customers'));
}

/** Of all scans of all statements: a search that looks at every customer has one as large as the tenant. */
const mostRowsOfAScan = (plans: ExecutedPlan[]): number =>
  Math.max(
    ...plans.flatMap(({ plan }) =>
      nodesOf(plan).map((node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
    ),
  );

const indexesOf = (plans: ExecutedPlan[]): (string | undefined)[] =>
  plans.flatMap(({ plan }) => nodesOf(plan).map((node) => node['Index Name']));

/** The customer at a place in the order. */
async function customerAt(sort: string, offset: number): Promise<CustomerSummary> {
  const column = sort.endsWith('createdAt') ? 'created_at' : 'family_name';
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const [row] = await app.database.inspect<CustomerSummary>(
    `SELECT id, created_at AS "createdAt", family_name AS "familyName" FROM customers
     WHERE tenant_id = 'acme' ORDER BY ${column} ${direction}, id ${direction} OFFSET ${offset} LIMIT 1`,
  );
  return row as CustomerSummary;
}

describe('a page of a list', () => {
  it.each(CUSTOMER_SORTS)('costs the same at any depth, in the order of %s', async (sort) => {
    const list: CustomerList = { tenantId: 'acme', sort, status: undefined, search: undefined };
    const cursor = app.nest.get(CustomerCursor).after(await customerAt(sort, DEEP), list);
    const path = `/v2/customers?limit=50&sort=${sort}`;

    const shallow = await plansOfCustomers(() => caller.get(path));
    const deep = await plansOfCustomers(() => caller.get(`${path}&cursor=${cursor}`));

    expect(blocksRead(shallow)).toBeGreaterThan(0);
    expect(blocksRead(deep)).toBeLessThan(blocksRead(shallow) * 2);
  });

  it('counter-proof: with the ORM’s own cursor it costs more, the deeper it lies', async () => {
    const { id } = await customerAt('createdAt', DEEP);
    const page = (cursor: object) =>
      app.nest
        .get(TenantDatabase)
        .asTenant('acme', (prisma) =>
          prisma.customer.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 50, ...cursor }),
        );

    const shallow = await plansOfCustomers(() => page({}));
    const deep = await plansOfCustomers(() => page({ cursor: { id }, skip: 1 }));

    expect(blocksRead(deep)).toBeGreaterThan(blocksRead(shallow) * 10);
  });
});

describe('a search as the role of the application', () => {
  it('[P9.2] uses the trigram index under row-level security', async () => {
    const plans = await plansOfCustomers(() => caller.get('/v2/customers?search=rarely'));

    expect(indexesOf(plans)).toContain(SEARCH_INDEX);
    expect(mostRowsOfAScan(plans)).toBeLessThan(CUSTOMERS / 2);
  });

  it('[P9.2] counter-proof: an ordinary ILIKE must read every row of the tenant', async () => {
    const plans = await plansOfCustomers(() =>
      app.nest.get(TenantDatabase).asTenant(
        'acme',
        (prisma) => prisma.$queryRaw`
          SELECT id FROM customers
          WHERE search.folded(given_name || ' ' || family_name || E'\n' || email)
                LIKE '%' || search.folded('rarely') || '%' LIMIT 21`,
      ),
    );

    const conditions = plans.flatMap(({ plan }) => nodesOf(plan).map((node) => node['Index Cond'] ?? ''));
    expect(conditions.filter((condition) => condition.includes('~~'))).toEqual([]);
    expect(nodesOf(plans[0]!.plan).some((node) => (node['Rows Removed by Filter'] ?? 0) > DEEP)).toBe(true);
  });

  it.each([
    ['a common term', 'often'],
    ['a term that everybody matches', 'example.com'],
    ['a term of nobody', 'nobody at all'],
    ['a term without letters', '%_%'],
    ['a term without letters in the index', '。。。'],
  ])('reads no more than a page is worth for %s', async (_what, term) => {
    const plans = await plansOfCustomers(() =>
      caller.get(`/v2/customers?limit=20&search=${encodeURIComponent(term)}`),
    );

    expect(plans.length).toBeGreaterThan(0);
    expect(mostRowsOfAScan(plans)).toBeLessThan(CUSTOMERS / 2);
  });

  it.each([
    ['the last page of a term that everybody matches', 'search=example.com', undefined],
    ['a common term with a status that nobody has', 'search=example.com&status=closed', 'closed'],
    ['a status that few have', 'status=suspended', 'suspended'],
  ] as const)('reads no more than a page is worth for %s', async (_what, query, status) => {
    const search = query.includes('search') ? 'example.com' : undefined;
    const list: CustomerList = { tenantId: 'acme', sort: 'createdAt', status, search };
    const cursor =
      status === undefined
        ? `&cursor=${app.nest.get(CustomerCursor).after(await customerAt('createdAt', CUSTOMERS - 10), list)}`
        : '';

    const plans = await plansOfCustomers(() => caller.get(`/v2/customers?limit=20&${query}${cursor}`));

    expect(plans.length).toBeGreaterThan(0);
    expect(mostRowsOfAScan(plans)).toBeLessThan(CUSTOMERS / 2);
  });

  it('reads no row of another tenant', async () => {
    const small = app.api.withToken(await app.issuer.token({ claims: { tenant: 'small' } }));
    await small.post('/v2/customers', aCustomer({ givenName: 'Often' }));

    const plans = await plansOfCustomers(() => small.get('/v2/customers?search=often'));

    expect(blocksRead(plans)).toBeLessThan(50);
  });
});
