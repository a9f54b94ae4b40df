import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

/** A caller whose tenant nobody else uses. */
const inTenant = (tenant: string): Promise<ApiClient> => app.as({ tenant });

async function walk(caller: ApiClient, query: string, afterFirstPage = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body }: { body: { data: { email: string }[]; nextCursor: string | null } } = await caller.get(
      `/v2/customers?${query}${cursor && `&cursor=${cursor}`}`,
    );
    pages.push(body.data.map(({ email }) => email));
    cursor = body.nextCursor;
    if (pages.length === 1) {
      await afterFirstPage();
    }
  }
  return pages;
}

describe('lists of v2', () => {
  it.each(['createdAt', '-createdAt', 'familyName', '-familyName'])(
    'show every customer once in the order of %s, also when names repeat',
    async (sort) => {
      const caller = await inTenant(`list${sort.replace('-', '-down-')}`);
      const names = ['Meyer', 'Adler', 'Meyer', 'Zorn', 'Meyer', 'Adler', 'Öztürk'];
      for (const familyName of names) {
        await caller.post('/v2/customers', aCustomer({ familyName }));
      }

      const pages = await walk(caller, `limit=2&sort=${sort}`);
      const { body: whole } = await caller.get(`/v2/customers?limit=100&sort=${sort}`);

      expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
      expect(pages.flat()).toEqual(whole.data.map(({ email }: { email: string }) => email));
      expect(new Set(pages.flat()).size).toBe(names.length);
    },
  );

  it('neither repeat nor skip anybody when customers come and go meanwhile', async () => {
    const caller = await inTenant('list-concurrent');
    const created: { id: string; email: string }[] = [];
    for (let index = 0; index < 6; index += 1) {
      created.push((await caller.post('/v2/customers', aCustomer({ familyName: `N${index}` }))).body);
    }

    const pages = await walk(caller, 'limit=2&sort=familyName', async () => {
      await caller.post('/v2/customers', aCustomer({ familyName: 'N0-early' }));
      await caller.delete(`/v2/customers/${created[1]?.id}`);
    });

    expect(pages.flat()).toEqual(created.map(({ email }) => email));
  });

  it('can be narrowed to one status', async () => {
    const caller = await inTenant('list-status');
    await caller.post('/v2/customers', aCustomer({ status: 'lead' }));
    await caller.post('/v2/customers', aCustomer({ status: 'closed' }));

    const { body } = await caller.get('/v2/customers?status=closed');

    expect(body.data.map(({ status }: { status: string }) => status)).toEqual(['closed']);
  });

  it('accept a cursor only for the list that handed it out', async () => {
    const caller = await inTenant('cursor-owner');
    const other = await inTenant('cursor-thief');
    await caller.post('/v2/customers', aCustomer());
    await caller.post('/v2/customers', aCustomer());
    const { body } = await caller.get('/v2/customers?limit=1');
    const cursor = body.nextCursor as string;
    const changed = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);

    const refused = await Promise.all([
      other.get(`/v2/customers?limit=1&cursor=${cursor}`),
      caller.get(`/v2/customers?limit=1&sort=-createdAt&cursor=${cursor}`),
      caller.get(`/v2/customers?limit=1&status=lead&cursor=${cursor}`),
      caller.get(`/v2/customers?limit=1&cursor=${changed}`),
      caller.get('/v2/customers?limit=1&cursor=AAAA'),
    ]);
    const accepted = await caller.get(`/v2/customers?limit=1&cursor=${cursor}`);

    expect(refused.map(({ body: problem }) => problem.code)).toEqual(
      refused.map(() => 'customers.invalid_cursor'),
    );
    expect(accepted.status).toBe(200);
  });
});

describe('writes of v2', () => {
  it('answer with place and entity tag, and a read with the tag costs no body', async () => {
    const caller = await inTenant('tags');

    const created = await caller.post('/v2/customers', aCustomer());
    const location = created.headers.get('location') ?? '';
    const unchanged = await caller.get(location, { headers: { 'if-none-match': 'W/"1-masked", "7"' } });

    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toBe('"1-masked"');
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect((await caller.get(location)).body).toEqual(created.body);
  });

  it('have different tags for who sees the whole customer and who sees a part, both good for a write', async () => {
    const masked = await inTenant('variants');
    const whole = await app.as({
      tenant: 'variants',
      scope: 'customers:read customers:write customers:read_sensitive',
    });
    const { body } = await masked.post('/v2/customers', aCustomer({ taxId: 'ZZ-123456' }));
    const path = `/v2/customers/${body.id}`;
    const [part, all] = [await masked.get(path), await whole.get(path)];
    const mixedUp = await masked.get(path, { headers: { 'if-none-match': all.headers.get('etag') ?? '' } });

    const written = await whole.patch(path, { notes: 'x' }, part.headers.get('etag') ?? '');
    const writtenAgain = await masked.patch(path, { notes: 'y' }, written.headers.get('etag') ?? '');

    expect([part.headers.get('etag'), all.headers.get('etag')]).toEqual(['"1-masked"', '"1"']);
    expect([mixedUp.status, written.status, writtenAgain.status]).toEqual([200, 200, 200]);
  });

  it('let exactly one of many writers win, and lose no change', async () => {
    const caller = await inTenant('race');
    const { body: customer } = await caller.post('/v2/customers', aCustomer());
    const path = `/v2/customers/${customer.id}`;

    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => caller.patch(path, { notes: `writer ${index}` }, '"1"')),
    );

    const winners = responses.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 412)).toHaveLength(19);
    expect((await caller.get(path)).body.notes).toBe(winners[0]?.body.notes);
    expect((await caller.get(path)).headers.get('etag')).toBe('"2-masked"');
  });

  it('change what is sent, clear what is null, keep the rest', async () => {
    const caller = await inTenant('patch');
    const { body: customer } = await caller.post(
      '/v2/customers',
      aCustomer({ phone: '+4930123456', notes: 'old' }),
    );

    const { body } = await caller.patch(`/v2/customers/${customer.id}`, { phone: null, status: 'suspended' });

    expect(body).toEqual({ ...customer, phone: null, status: 'suspended', updatedAt: body.updatedAt });
  });

  it('delete once; after that there is nothing', async () => {
    const caller = await inTenant('delete');
    const { body: customer } = await caller.post('/v2/customers', aCustomer());
    const path = `/v2/customers/${customer.id}`;

    const statuses = [await caller.delete(path, '"1"'), await caller.delete(path), await caller.get(path)];

    expect(statuses.map(({ status }) => status)).toEqual([204, 404, 404]);
  });

  it('keep e-mail addresses unique within a tenant, not across', async () => {
    const [first, second] = [await inTenant('unique-1'), await inTenant('unique-2')];
    const customer = aCustomer();
    await first.post('/v2/customers', customer);

    const [again, elsewhere] = [
      await first.post('/v2/customers', customer),
      await second.post('/v2/customers', customer),
    ];

    expect([again.status, elsewhere.status]).toEqual([409, 201]);
  });
});

describe('v1', () => {
  it('shows the same customers in the older shape, by numbered pages', async () => {
    const caller = await inTenant('v1-pages');
    for (const givenName of ['A', 'B', 'C']) {
      await caller.post('/v2/customers', aCustomer({ givenName, familyName: 'Old' }));
    }

    const { body } = await caller.get('/v1/customers?page=2&pageSize=2');

    expect(body).toMatchObject({ page: 2, pageSize: 2, total: 3, customers: [{ fullName: 'C Old' }] });
  });

  it('writes through to v2, without conditions', async () => {
    const caller = await inTenant('v1-writes');
    const { body: customer } = await caller.post('/v1/customers', {
      fullName: 'Ada King Lovelace',
      email: 'a@example.com',
    });

    const changed = await caller.send('PATCH', `/v1/customers/${customer.id}`, {
      json: { fullName: 'Ada Byron' },
    });
    const asV2 = await caller.get(`/v2/customers/${customer.id}`);
    const deleted = await caller.send('DELETE', `/v1/customers/${customer.id}`);

    expect(customer.fullName).toBe('Ada King Lovelace');
    expect(changed.body.fullName).toBe('Ada Byron');
    expect(asV2.body).toMatchObject({ givenName: 'Ada', familyName: 'Byron' });
    expect(asV2.headers.get('etag')).toBe('"2-masked"');
    expect(deleted.status).toBe(204);
  });

  it('refuses a name that cannot be split', async () => {
    const caller = await inTenant('v1-names');
    const names = ['Plato', 'Plato ', ' Plato', `${'x'.repeat(101)} y`];

    const responses = await Promise.all(
      names.map((fullName) => caller.post('/v1/customers', { fullName, email: 'p@example.com' })),
    );

    expect(responses.map(({ body }) => body.errors[0].field)).toEqual(names.map(() => 'fullName'));
  });
});
