import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdempotencyRepository } from '../../src/database/idempotency/idempotency.repository.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/* A client that got no answer sends its request again, and must not get a second customer. */

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp();
  alice = await app.as();
});
afterAll(() => app.stop());

const post = (caller: ApiClient, key: string, json: unknown, path = '/v2/customers'): Promise<ApiResponse> =>
  caller.send('POST', path, { json, headers: { 'idempotency-key': key } });

const countOf = async (email: unknown): Promise<number> =>
  (await app.database.inspect('SELECT 1 FROM customers WHERE email = $1', [email])).length;

describe('the same key again', () => {
  it('with the same body gets the same answer, and creates nothing', async () => {
    const [key, customer] = [randomUUID(), aCustomer({ notes: 'n', taxId: 'ZZ-1' })];
    const first = await post(alice, key, customer);
    await alice.patch(`/v2/customers/${first.body.id}`, { notes: 'changed since' });

    const again = await post(alice, key, customer);

    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    for (const header of ['location', 'etag']) {
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    }
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await countOf(customer['email'])).toBe(1);
  });

  it('takes the order of members and the quotation marks of the header for the same', async () => {
    const [key, customer] = [randomUUID(), aCustomer()];
    const reordered = Object.fromEntries(Object.entries(customer).toReversed());
    const first = await post(alice, key, customer);

    const again = await post(alice, `"${key}"`, reordered);

    expect(again.body).toEqual(first.body);
  });

  it('with another body is refused', async () => {
    const [key, customer] = [randomUUID(), aCustomer()];
    await post(alice, key, customer);

    const other = await post(alice, key, { ...customer, notes: 'more' });

    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect((await post(alice, key, customer)).status).toBe(201);
  });

  it.each([2, 20])('%i times at once creates one customer, on several instances too', async (times) => {
    const other = await createTestApp({ besides: app });
    const bob = other.api.withToken(await app.issuer.token());
    const [key, customer] = [randomUUID(), aCustomer()];

    const responses = await Promise.all(
      Array.from({ length: times }, (_, index) => post(index % 2 ? alice : bob, key, customer)),
    );

    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 201));
    expect(new Set(responses.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await countOf(customer['email'])).toBe(1);
    await other.stop();
  });

  it('counter-proof: without the interceptor it is a conflict, or a second customer', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('idempotency') });
    const caller = undefended.api.withToken(await app.issuer.token());
    const [key, customer] = [randomUUID(), aCustomer()];

    const statuses = [await post(caller, key, customer), await post(caller, key, customer)];

    expect(statuses.map(({ status }) => status)).toEqual([201, 409]);
    await undefended.stop();
  });

  it('after a failure is a new attempt', async () => {
    const taken = aCustomer();
    await alice.post('/v2/customers', taken);
    const key = randomUUID();
    const conflict = await post(alice, key, taken);
    const invalid = await post(alice, key, { ...taken, email: 'nobody' });

    const corrected = await post(alice, key, aCustomer());

    expect([conflict.status, invalid.status, corrected.status]).toEqual([409, 400, 201]);
  });

  it('after it has expired is a new request', async () => {
    const own = await createTestApp({ environment: { IDEMPOTENCY_KEY_TTL_HOURS: '1' } });
    const now = (): Promise<ApiClient> =>
      own.as({ iat: own.clock.nowSeconds(), exp: own.clock.nowSeconds() + 300 });
    const [key, customer] = [randomUUID(), aCustomer()];
    await post(await now(), key, customer);
    own.clock.advanceSeconds(3599);
    const inTime = await post(await now(), key, customer);
    own.clock.advanceSeconds(2);

    const afterwards = await post(await now(), key, aCustomer());

    expect(inTime.headers.get('idempotent-replayed')).toBe('true');
    expect(afterwards.status).toBe(201);
    expect(afterwards.headers.get('idempotent-replayed')).toBeNull();
    await own.stop();
  });
});

describe('a key belongs to', () => {
  it('its caller: subject, client and tenant', async () => {
    const key = randomUUID();
    const callers = await Promise.all(
      [{}, { sub: 'somebody-else' }, { client_id: 'another-client' }, { tenant: 'globex' }].map((claims) =>
        app.as(claims),
      ),
    );

    const responses = await Promise.all(callers.map((caller) => post(caller, key, aCustomer())));

    expect(responses.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(responses.map(({ body }) => body.id)).size).toBe(4);
  });

  it('its route', async () => {
    const key = randomUUID();

    const statuses = [
      await post(alice, key, aCustomer()),
      await post(alice, key, { fullName: 'Ada Lovelace', email: `${key}@example.com` }, '/v1/customers'),
    ].map(({ status }) => status);

    expect(statuses).toEqual([201, 201]);
  });
});

it.each([
  '',
  'short',
  'x'.repeat(129),
  'with blank inside',
  '"unbalanced-quote',
  'semi"quote"inside',
  'nön-äscii-key',
])('a malformed key is refused: %j', async (key) => {
  const response = await post(alice, key, aCustomer());

  expect(response).toMatchObject({ status: 400, body: { code: 'idempotency.invalid_key' } });
});

it('expired answers of all tenants go away, and no other', async () => {
  const own = await createTestApp();
  const [acme, globex] = await Promise.all(['acme', 'globex'].map((tenant) => own.as({ tenant })));
  await post(acme!, randomUUID(), aCustomer());
  await post(globex!, randomUUID(), aCustomer());
  await own.database.inspect(`UPDATE idempotency_keys SET expires_at = now() - interval '1 hour'`);
  const [key, customer] = [randomUUID(), aCustomer()];
  await post(acme!, key, customer);

  const removed = await own.nest.get(IdempotencyRepository).purgeExpired();

  expect(removed).toBe(2);
  expect((await post(acme!, key, customer)).headers.get('idempotent-replayed')).toBe('true');
  await own.stop();
});

it('ten requests of one key hold one connection, so that the others are served meanwhile', async () => {
  const own = await createTestApp({ environment: { DATABASE_POOL_SIZE: '2' } });
  const [caller, other] = [await own.as(), await own.as({ tenant: 'globex' })];
  const lock = new pg.Client({ connectionString: own.database.adminUrl });
  await lock.connect();
  await lock.query('BEGIN; LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');
  const [key, customer] = [randomUUID(), aCustomer()];
  const waiting = Promise.all(Array.from({ length: 10 }, () => post(caller, key, customer)));

  const meanwhile = await other.get('/v2/customers');
  await lock.end();

  expect(meanwhile.status).toBe(200);
  expect(new Set((await waiting).map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  await own.stop();
});

it('a failing commit promises nothing: no place, no tag, and a time to come back', async () => {
  const own = await createTestApp();
  const caller = await own.as();
  await own.database.inspect(
    `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'at the very end' USING ERRCODE = '57014'; END $$;
     CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON customers DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION fail()`,
  );

  const response = await post(caller, randomUUID(), aCustomer());

  expect(response).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
  expect([response.headers.get('location'), response.headers.get('etag')]).toEqual([null, null]);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await own.database.inspect('SELECT 1 FROM idempotency_keys')).toEqual([]);
  await own.stop();
});

it('neither key nor caller nor body can be read from the table', async () => {
  const caller = await app.as({ sub: 'MARKED-subject' });
  await post(caller, 'MARKED-key-of-a-client', aCustomer({ familyName: 'MARKED-name' }));

  const rows = await app.database.inspect<{ row: string }>('SELECT k::text AS row FROM idempotency_keys k');

  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain('MARKED');
});
