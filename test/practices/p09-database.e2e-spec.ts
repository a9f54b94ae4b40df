import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';
import { aCustomer } from '../support/customers.js';
import { runSql } from '../support/database.js';
import { raceTenants, seedRace } from '../support/tenant-race.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a value that becomes part of a statement, and a tenant whose query runs on a
 * connection that another tenant used a moment ago.
 */

/** Thousands wait for three connections, and a busy machine keeps them waiting. */
const CROWDED = { DATABASE_POOL_SIZE: '3', DATABASE_CONNECT_TIMEOUT_SECONDS: '60' };

let app: TestApp;
let database: TenantDatabase;

beforeAll(async () => {
  app = await createTestApp({ environment: CROWDED });
  database = app.nest.get(TenantDatabase);
});
afterAll(() => app.stop());

describe('statements', () => {
  it('[P9.1] are prepared with parameters: no value that a caller sent is part of any', async () => {
    const single = await createTestApp({ besides: app, environment: { DATABASE_POOL_SIZE: '1' } });
    const caller = single.api.withToken(await app.issuer.token({ claims: { tenant: 'prepared' } }));
    const { body } = await caller.post('/v2/customers', aCustomer({ familyName: 'Marked-4711' }));
    await caller.get(`/v2/customers/${body.id}`);
    await caller.patch(`/v2/customers/${body.id}`, { notes: 'Marked-4711' });

    const statements = await single.nest
      .get(TenantDatabase)
      .asTenant(
        'prepared',
        (prisma) => prisma.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`,
      );

    const texts = statements.map(({ statement }) => statement).filter((text) => text.includes('customers'));
    expect(texts.length).toBeGreaterThanOrEqual(3);
    for (const text of texts) {
      expect(text).toContain('$1');
      expect(text).not.toMatch(/Marked-4711|prepared/);
      expect(text).not.toContain(body.id);
    }
    await single.stop();
  });

  it('[P9.1] that take long are logged with their placeholders, and no value', async () => {
    const slow = await createTestApp({
      besides: app,
      environment: { DATABASE_SLOW_QUERY_MILLISECONDS: '30' },
    });
    const tenant = 'Marked-tenant';

    await slow.nest
      .get(TenantDatabase)
      .asTenant(tenant, (prisma) => prisma.$queryRaw`SELECT pg_sleep(0.05)::text, ${'Marked-value'}::text`);

    const lines = app.log.all.filter(({ msg }) => msg === 'slow statement');
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 40,
        statement: expect.stringContaining('SELECT pg_sleep(0.05)::text, $1'),
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('Marked');
    await slow.stop();
  });

  it('[P9.1] counter-proof: joined from strings, the value is in the text', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('parameterized queries') });
    const caller = undefended.api.withToken(await app.issuer.token());

    const response = await caller.post('/v2/customers', aCustomer({ givenName: `O'Brien` }));

    expect(response.status).toBe(500);
    await undefended.stop();
  });
});

describe('row-level security', () => {
  it('[P1.4] hundreds of interleaved tenants on three connections see only their own rows', async () => {
    await seedRace(database);

    const results = await raceTenants(database);

    for (const { tenantId, seen } of results) {
      expect([...seen]).toEqual([tenantId]);
    }
  });

  it('[P1.4] counter-proof: with the driver’s own pool, a caller sees another tenant’s rows', async () => {
    const undefended = await createTestApp({
      besides: app,
      removal: without('tenant of the caller'),
      environment: CROWDED,
    });
    await seedRace(database);

    const results = await raceTenants(undefended.nest.get(TenantDatabase));

    expect(results.some(({ tenantId, seen }) => [...seen].some((other) => other !== tenantId))).toBe(true);
    await undefended.stop();
  });

  it('[P1.4] shows nothing and takes nothing without a tenant, also on a connection that just had one', async () => {
    await database.asTenant('race-0', (prisma) => prisma.customer.findMany());
    const url = app.database.url('application');

    const session = new pg.Client({ connectionString: url });
    await session.connect();
    await session.query(`BEGIN; SELECT set_config('app.tenant_id', 'race-0', true); COMMIT`);

    const visible = await session.query('SELECT * FROM customers');
    const written = session.query(
      `INSERT INTO customers (id, tenant_id, given_name, family_name, email, updated_at)
       VALUES (gen_random_uuid(), 'race-0', 'a', 'b', 'c@example.com', now())`,
    );

    expect(visible.rowCount).toBe(0);
    await expect(written).rejects.toThrow('row-level security');
    await session.end();
  });

  it('[P1.4] refuses a row for another tenant than the caller’s', async () => {
    const smuggled = database.asTenant('acme', (prisma) =>
      prisma.customer.create({
        data: { tenantId: 'globex', givenName: 'a', familyName: 'b', email: 'smuggled@example.com' },
      }),
    );

    await expect(smuggled).rejects.toThrow();
    expect(
      await app.database.inspect(`SELECT 1 FROM customers WHERE email = 'smuggled@example.com'`),
    ).toEqual([]);
  });

  it('[P1.4] lets no failed statement leave its tenant behind', async () => {
    const failing = database.asTenant('race-1', (prisma) => prisma.$queryRaw`SELECT 1 / 0`);
    await expect(failing).rejects.toThrow();

    const rows = await database.asTenant('race-2', (prisma) => prisma.customer.findMany());

    expect(rows.map(({ tenantId }) => tenantId)).toEqual(['race-2']);
  });
});

describe('a transaction', () => {
  const create = (email: string): Promise<unknown> =>
    database.asTenant('tx', (prisma) =>
      prisma.customer.create({ data: { tenantId: 'tx', givenName: 'a', familyName: 'b', email } }),
    );
  const emails = async (): Promise<string[]> =>
    (await database.asTenant('tx', (prisma) => prisma.customer.findMany())).map(({ email }) => email);

  it('is done completely or not at all, however deep its parts are', async () => {
    const failing = database.inTransaction('tx', async () => {
      await create('first@example.com');
      await database.inTransaction('tx', () => create('second@example.com'));
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow('too late');
    await database.inTransaction('tx', () => create('third@example.com'));

    expect(await emails()).toEqual(['third@example.com']);
  });

  it('that swallows the error of a statement is not reported as done', async () => {
    await create('taken@example.com');

    const swallowing = database.inTransaction('tx', async () => {
      await create('lost@example.com');
      await create('taken@example.com').catch(() => undefined);
    });

    await expect(swallowing).rejects.toThrow();
    expect(await emails()).not.toContain('lost@example.com');
  });

  it('belongs to one tenant', async () => {
    const mixed = database.inTransaction('tx', () =>
      database.asTenant('other', (prisma) => prisma.customer.findMany()),
    );

    await expect(mixed).rejects.toThrow('a transaction belongs to one tenant');
  });
});

describe('a database that is gone', () => {
  it('[P10.3] is a 503 that says when to come back, readiness tells, and the process recovers', async () => {
    const own = await createTestApp();
    const caller = await own.as();
    await cutConnections(own, false);

    const during = await caller.get('/v2/customers');
    const notReady = await own.api.get('/health/ready');
    const alive = await own.api.get('/health/live');
    await cutConnections(own, true);
    const after = await caller.get('/v2/customers');
    const ready = await own.api.get('/health/ready');

    expect(during).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
    expect(during.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(during.body)).not.toContain('postgres');
    expect([notReady.status, alive.status]).toEqual([503, 200]);
    expect([after.status, ready.status]).toEqual([200, 200]);
    await own.stop();
  });

  async function cutConnections(target: TestApp, allow: boolean): Promise<void> {
    const server = new URL(target.database.adminUrl);
    server.pathname = '/postgres';

    await runSql(server.href, `ALTER DATABASE ${target.database.name} ALLOW_CONNECTIONS ${allow}`);
    if (!allow) {
      await runSql(server.href, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        target.database.name,
      ]);
    }
  }

  it('[P10.3] that drops a connection in use fails that request only, and the process lives', async () => {
    const own = await createTestApp({ environment: { DATABASE_POOL_SIZE: '1' } });
    const pool = own.nest.get(TenantDatabase);
    const inUse = pool.asTenant('acme', (prisma) => prisma.$queryRaw`SELECT 1 FROM pg_sleep(9)`);
    const failure = expect(inUse).rejects.toMatchObject({ condition: { code: 'database.unavailable' } });
    const sleeping = `FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%FROM pg_sleep(9)%' AND pid <> pg_backend_pid()`;
    await vi.waitFor(
      async () =>
        expect(await own.database.inspect(`SELECT 1 ${sleeping}`, [own.database.name])).toHaveLength(1),
      { timeout: 5000 },
    );

    await own.database.inspect(`SELECT pg_terminate_backend(pid) ${sleeping}`, [own.database.name]);

    await failure;
    expect((await (await own.as()).get('/v2/customers')).status).toBe(200);
    await own.stop();
  });

  it('[P10.3] that was migrated meanwhile costs one request at most', async () => {
    const own = await createTestApp({ environment: { DATABASE_POOL_SIZE: '1' } });
    const caller = await own.as();
    await caller.get('/v2/customers');
    await own.database.inspect('ALTER TABLE customers ALTER notes TYPE varchar(4000)');
    await caller.get('/v2/customers');

    expect((await caller.get('/v2/customers')).status).toBe(200);
    await own.stop();
  });

  it('[P10.3] that was migrated meanwhile costs one transaction at most', async () => {
    const own = await createTestApp({ environment: { DATABASE_POOL_SIZE: '1' } });
    const store = own.nest.get(TenantDatabase);
    const readInTransaction = (): Promise<unknown> =>
      store.inTransaction('acme', () => store.asTenant('acme', (prisma) => prisma.customer.findMany()));
    await readInTransaction();
    await own.database.inspect('ALTER TABLE customers ALTER version TYPE bigint');

    await expect(readInTransaction()).rejects.toMatchObject({ condition: { code: 'database.unavailable' } });

    await own.database.inspect('ALTER TABLE customers ALTER version TYPE integer');
    await readInTransaction().catch(() => undefined);
    await expect(readInTransaction()).resolves.toEqual([]);
    await own.stop();
  });

  it('[P10.3] a statement that takes too long is ended and answered with 503', async () => {
    const own = await createTestApp({ environment: { DATABASE_STATEMENT_TIMEOUT_SECONDS: '3' } });
    await own.database.inspect('ALTER TABLE customers ADD CHECK (pg_sleep(5) IS NOT NULL) NOT VALID');
    const caller = await own.as();

    const response = await caller.post('/v2/customers', aCustomer());

    expect(response).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
    await own.stop();
  });
});
