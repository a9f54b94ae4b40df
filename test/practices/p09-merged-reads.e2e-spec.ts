import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MergedReads } from '../../src/database/tenancy/merged-reads.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';
import { sql, type Statement } from '../../src/database/tenancy/tenant-prisma.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: callers of several tenants ask in the same moment, and what one may read is read for all of them.
 */

const TENANTS = ['merged-a', 'merged-b', 'merged-c'];
const ROWS = 40;

interface Row {
  readonly id: string;
  readonly tenantId: string;
}
const readRows = (ids: string[]): Statement =>
  sql`SELECT id, tenant_id AS "tenantId" FROM customers WHERE id = ANY (${ids}::uuid[])`;

const LOCK = 4711;
/** The same ones, as soon as nobody holds the lock any more. */
const readRowsBehindLock = (ids: string[]): Statement =>
  sql`SELECT id, tenant_id AS "tenantId" FROM customers CROSS JOIN pg_advisory_xact_lock(${LOCK}::bigint)
      WHERE id = ANY (${ids}::uuid[])`;

let app: TestApp;
let database: TenantDatabase;
let all: Row[];
beforeAll(async () => {
  app = await createTestApp({ environment: { RATE_LIMIT_SUBJECT: '100000/hour' } });
  database = app.nest.get(TenantDatabase);
  const made = await Promise.all(TENANTS.map((tenantId) => rowsOf(tenantId)));
  all = made.flat();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.stop());

function rowsOf(tenantId: string): Promise<Row[]> {
  return database.asTenant(tenantId, (prisma) =>
    prisma.customer.createManyAndReturn({
      data: Array.from({ length: ROWS }, (_, index) => ({
        tenantId,
        givenName: 'G',
        familyName: 'F',
        email: `${index}@${tenantId}.example`,
      })),
      select: { id: true, tenantId: true },
    }),
  );
}

/** Everybody asks for everything, all at once. */
function askForAll(reads: MergedReads<Row>): Promise<{ caller: string; asked: Row; got: Row | null }[]> {
  return Promise.all(
    all.flatMap((asked) =>
      TENANTS.map(async (caller) => ({ caller, asked, got: await reads.find(caller, asked.id) })),
    ),
  );
}

describe('reads of one moment', () => {
  it('[P1.4] give each tenant its own rows and no other, in few statements', async () => {
    const statements = vi.spyOn(app.nest.get(TenantPool), 'query');

    const answers = await askForAll(new MergedReads(database, readRows));

    expect(answers).toHaveLength(TENANTS.length ** 2 * ROWS);
    for (const { caller, asked, got } of answers) {
      expect(got).toEqual(caller === asked.tenantId ? asked : null);
    }
    // What the application does by itself every second comes between. A hundred ids at most in each, and one tenant.
    const reads = statements.mock.calls.filter(([query]) => JSON.stringify(query).includes('FROM customers'));
    expect(reads).toHaveLength(TENANTS.length * Math.ceil((TENANTS.length * ROWS) / 100));
  });

  it('[P1.4] counter-proof: merged for all tenants, they show the first one’s rows to everybody', async () => {
    const asFirst = {
      isInTransaction: false,
      rows: (_tenantId: string, statement: Statement) => database.rows(TENANTS[0] ?? '', statement),
    } as unknown as TenantDatabase;

    const answers = await askForAll(new MergedReads(asFirst, readRows));

    expect(answers.filter(({ caller, got }) => got && got.tenantId !== caller)).not.toEqual([]);
  });

  it('[P1.4] over HTTP: hundreds of requests for three tenants, and nobody sees what is not theirs', async () => {
    const callers = await Promise.all(
      TENANTS.map(async (tenant) => app.api.withToken(await app.issuer.token({ claims: { tenant } }))),
    );
    const asked = all.flatMap(({ id, tenantId }) =>
      callers.map((caller, index) => ({ caller, id, isTheirs: TENANTS[index] === tenantId })),
    );

    const answers = await Promise.all(asked.map(({ caller, id }) => caller.get(`/v2/customers/${id}`)));

    expect(answers.map(({ status }) => status)).toEqual(asked.map(({ isTheirs }) => (isTheirs ? 200 : 404)));
  });

  it('[P10.3] share the failure of their statement, and no other tenant does', async () => {
    const reads = new MergedReads(database, readRows);
    const [a, b] = [all.find(({ tenantId }) => tenantId === TENANTS[0]), all.at(-1)] as [Row, Row];

    const [broken, together, elsewhere] = await Promise.allSettled([
      reads.find(a.tenantId, 'no-uuid'),
      reads.find(a.tenantId, a.id),
      reads.find(b.tenantId, b.id),
    ]);

    expect([broken.status, together.status]).toEqual(['rejected', 'rejected']);
    expect(elsewhere).toMatchObject({ value: b });
    await expect(reads.find(a.tenantId, a.id)).resolves.toEqual(a);
  });

  it('[P10.3] wait for no statement but their own: while one is slow, all others are answered', async () => {
    const [slow, later, other] = [all[0], all[1], all.at(-1)] as [Row, Row, Row];
    const reads = new MergedReads(database, (ids) =>
      (ids.includes(slow.id) ? readRowsBehindLock : readRows)(ids),
    );
    const holder = new pg.Client({ connectionString: app.database.adminUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);

    const order: string[] = [];
    const waiting = reads.find(slow.tenantId, slow.id).finally(() => order.push('slow'));
    const elsewhere = await reads.find(other.tenantId, other.id);
    const afterwards = await reads.find(later.tenantId, later.id);
    const caller = app.api.withToken(await app.issuer.token({ claims: { tenant: slow.tenantId } }));
    const { status } = await caller.get(`/v2/customers/${slow.id}`);
    order.push('others');
    await holder.end();

    expect(await waiting).toEqual(slow);
    expect([elsewhere, afterwards, status]).toEqual([other, later, 200]);
    expect(order).toEqual(['others', 'slow']);
  });

  it('in a transaction see what it has written, while nobody else does', async () => {
    const reads = new MergedReads(database, readRows);
    const [tenantId = ''] = TENANTS;
    const id = randomUUID();

    const [inside, outside] = await database.inTransaction(tenantId, async () => {
      await database.asTenant(tenantId, (prisma) =>
        prisma.customer.create({
          data: { id, tenantId, givenName: 'G', familyName: 'F', email: `${id}@example.com` },
        }),
      );
      const request = app.api.withToken(await app.issuer.token({ claims: { tenant: tenantId } }));
      return Promise.all([reads.find(tenantId, id), request.get(`/v2/customers/${id}`)]);
    });

    expect(inside).toEqual({ id, tenantId });
    expect(outside.status).toBe(404);
  });

  it('have the same values in a transaction, where Prisma’s engine reads them, as past it', async () => {
    const [{ tenantId, id }] = all as [Row];
    const reads = new MergedReads<Row>(
      database,
      (ids) => sql`
        SELECT id, email, status::text, version, notes, created_at AS "createdAt"
        FROM customers WHERE id = ANY (${ids}::uuid[])`,
    );

    const outside = await reads.find(tenantId, id);

    expect(outside).toMatchObject({ id, version: 1, notes: null, createdAt: expect.any(Date) });
    expect(await database.inTransaction(tenantId, () => reads.find(tenantId, id))).toEqual(outside);
  });

  it('find an id however its letters are written', async () => {
    const [row] = all as [Row];

    expect(await new MergedReads(database, readRows).find(row.tenantId, row.id.toUpperCase())).toEqual(row);
  });
});

describe('rows of a statement past the engine', () => {
  const [tenantId = ''] = TENANTS;

  it('[P9.1] come from a prepared statement, whose values stay beside its text', async () => {
    const attack = "' OR true; DROP TABLE customers; --";
    const statements = vi.spyOn(app.nest.get(TenantPool), 'query');

    const rows = await database.rows(tenantId, sql`SELECT ${attack}::text AS said`);

    expect(rows).toEqual([{ said: attack }]);
    expect(statements).toHaveBeenCalledWith({
      name: expect.stringMatching(/^statement_\d+$/),
      text: 'SELECT $1::text AS said',
      values: [attack],
    });
  });

  it('[P10.3] are refused for now when the database ends the statement, and the next one is answered', async () => {
    await expect(
      database.rows(tenantId, sql`SELECT pg_terminate_backend(pg_backend_pid())`),
    ).rejects.toMatchObject({ condition: { code: 'database.unavailable', status: 503 } });

    await expect(database.rows(tenantId, sql`SELECT 1 AS one`)).resolves.toEqual([{ one: 1 }]);
  });

  it('[P10.3] are a fault of the application when the statement is wrong', async () => {
    await expect(database.rows(tenantId, sql`SELECT 1 / 0`)).rejects.toMatchObject({ code: '22012' });
  });
});
