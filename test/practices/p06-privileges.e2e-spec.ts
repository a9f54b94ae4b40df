import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiKeysRepository } from '../../src/api-keys/api-keys.repository.js';
import { KeyCache } from '../../src/api-keys/authentication/key-cache.js';
import { ApiKeysService } from '../../src/api-keys/management/api-keys.service.js';
import type { ApiClient } from '../support/api-client.js';
import { aKeyOf, aPerson, from, withKey } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { grantEverything } from '../support/removals/api-keys.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: make something bigger of a small key, or of a person's small right, by making, changing,
 * rotating or reading keys.
 */

let app: TestApp;
let person: ApiClient;

beforeAll(async () => {
  app = await createTestApp({
    environment: {
      RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
      HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  person = await aPerson(app);
});
afterAll(() => app.stop());

const program = (key: string, address = '198.51.100.7'): ApiClient => withKey(app, key, from(address));

describe('a key and what it may', () => {
  it('[P6.3] never has more than its creator', async () => {
    const reader = await aPerson(app, { scope: 'customers:read api-keys:write' });

    const refused = await reader.post('/v2/api-keys', {
      name: 'x',
      scopes: ['customers:read', 'customers:write'],
    });

    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      code: 'api_key.beyond_caller',
      detail: expect.stringContaining('scopes'),
    });
  });

  it('[P6.3] counter-proof: without the comparison a reader writes', async () => {
    const open = await createTestApp({
      besides: app,
      environment: { RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour' },
    });
    grantEverything(open.nest.get(ApiKeysService, { strict: false }));
    const token = await app.issuer.token({ claims: { scope: 'api-keys:write' } });
    const { key } = await aKeyOf(open.api.withToken(token), {
      scopes: ['customers:write', 'customers:read'],
    });

    expect((await withKey(open, key).post('/v2/customers', aCustomer())).status).toBe(201);
    await open.stop();
  });

  it('[P6.3] that is read-only changes nothing, whatever its scopes say', async () => {
    const { key } = await aKeyOf(person, { scopes: ['customers:read', 'customers:write'], readOnly: true });

    const read = await program(key).get('/v2/customers');
    const written = await program(key).post('/v2/customers', aCustomer());

    expect(read.status).toBe(200);
    expect(written.body).toMatchObject({ code: 'auth.forbidden' });
    expect(app.log.events(written.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'authz_fail', reason: 'read_only' }),
    );
  });

  it('[P6.3] counter-proof: without the guard a read-only key writes', async () => {
    const { key } = await aKeyOf(person, { scopes: ['customers:read', 'customers:write'], readOnly: true });
    const open = await createTestApp({ besides: app, removal: without('read-only keys') });

    expect((await withKey(open, key).post('/v2/customers', aCustomer())).status).toBe(201);
    await open.stop();
  });

  it('[P6.3] is good from its networks only', async () => {
    const { key } = await aKeyOf(person, { allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] });

    const statuses = [];
    for (const address of ['203.0.113.9', '2001:db8:1::1', '203.0.114.9', '2001:db9::1']) {
      statuses.push((await program(key, address).get('/v2/customers')).status);
    }

    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  it('[P6.3] makes no key beyond itself', async () => {
    const { key } = await aKeyOf(person, {
      scopes: ['customers:read', 'api-keys:read', 'api-keys:write'],
      allowedNetworks: ['198.51.100.0/24'],
      expiresInDays: 10,
    });
    const own = { name: 'child', scopes: ['customers:read'], allowedNetworks: ['198.51.100.7'] };

    const made = await program(key).post('/v2/api-keys', own);
    const refusals = [];
    for (const more of [
      { scopes: ['customers:write'] },
      { allowedNetworks: [] },
      { allowedNetworks: ['198.51.0.0/16'] },
      { expiresInDays: 11 },
      { ratePlan: 'high' },
    ]) {
      refusals.push(await program(key).post('/v2/api-keys', { ...own, ...more }));
    }

    expect(made.status).toBe(201);
    expect((made.body as { createdByKey: string }).createdByKey).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(refusals.map(({ body }) => (body as { code: string }).code)).toEqual(
      Array(5).fill('api_key.beyond_caller'),
    );
  });

  it('[P6.3] neither sees nor changes nor rotates what it did not make', async () => {
    const small = await aKeyOf(person, { scopes: ['api-keys:read', 'api-keys:write'] });
    const big = await aKeyOf(person, { scopes: ['customers:write'] });
    const path = `/v2/api-keys/${big.id}`;

    const statuses = [
      (await program(small.key).get(path)).status,
      (await program(small.key).send('PATCH', path, { json: { name: 'mine' } })).status,
      (await program(small.key).post(`${path}/rotate`, {})).status,
      (await program(small.key).send('DELETE', path)).status,
    ];

    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it('[P6.3] does not lift its own restrictions', async () => {
    const { key, id } = await aKeyOf(person, {
      scopes: ['api-keys:read', 'api-keys:write'],
      allowedNetworks: ['198.51.100.0/24'],
    });
    const path = `/v2/api-keys/${id}`;

    const lifted = await program(key).send('PATCH', path, { json: { allowedNetworks: [] } });
    const faster = await program(key).send('PATCH', path, { json: { ratePlan: 'high' } });
    const narrowed = await program(key).send('PATCH', path, { json: { allowedNetworks: ['198.51.100.7'] } });

    expect([lifted.status, faster.status, narrowed.status]).toEqual([403, 403, 200]);
  });

  it('[P6.3] is not rotated into the hands of somebody with less', async () => {
    const { id } = await aKeyOf(person, { scopes: ['customers:write'] });
    const lesser = await aPerson(app, { scope: 'api-keys:read api-keys:write' });
    const stranger = await aPerson(app, { sub: 'user-2' });
    const administrator = await aPerson(app, { sub: 'admin', roles: ['administrator'] });

    const rotate = (who: ApiClient) => who.post(`/v2/api-keys/${id}/rotate`, {});
    expect((await rotate(lesser)).status).toBe(403);
    expect((await rotate(stranger)).status).toBe(404);
    expect((await rotate(administrator)).status).toBe(403);
    expect((await rotate(person)).status).toBe(200);
  });

  it('[P6.3] has a plan that an administrator chooses', async () => {
    const administrator = await aPerson(app, { sub: 'admin', roles: ['administrator'] });
    const { key, id } = await aKeyOf(person);

    const own = await person.send('PATCH', `/v2/api-keys/${id}`, { json: { ratePlan: 'high' } });
    const chosen = await administrator.send('PATCH', `/v2/api-keys/${id}`, { json: { ratePlan: 'high' } });

    expect([own.status, chosen.status]).toEqual([403, 200]);
    expect((await program(key).get('/v2/customers')).headers.get('ratelimit-policy')).toMatch(/^"plan-high"/);
  });
});

describe('the list of keys', () => {
  it('[P6.4] is of their owner, of the tenant for administrators, and in pages', async () => {
    const owner = await aPerson(app, { sub: 'lister' });
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await aKeyOf(owner, { name: `key ${index}` })).id);
    }
    const administrator = await aPerson(app, { sub: 'admin', roles: ['administrator'] });
    interface Page {
      data: { id: string; owner: string }[];
      nextCursor: string | null;
    }

    const first = (await owner.get('/v2/api-keys?limit=3')).body as Page;
    const second = (await owner.get(`/v2/api-keys?limit=3&cursor=${first.nextCursor}`)).body as Page;
    const all = (await administrator.get('/v2/api-keys?limit=100')).body as Page;
    const stolen = await person.get(`/v2/api-keys?cursor=${first.nextCursor}`);

    expect([...first.data, ...second.data].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(second.nextCursor).toBeNull();
    expect(new Set(all.data.map((one) => one.owner)).size).toBeGreaterThan(1);
    expect(stolen.status).toBe(400);
  });

  it('[P6.3] ends what a key has made together with it', async () => {
    const parent = await aKeyOf(person, { scopes: ['customers:read', 'api-keys:write'] });
    const child = await aKeyOf(program(parent.key), { scopes: ['customers:read', 'api-keys:write'] });
    const grandchild = await aKeyOf(program(child.key));

    const revoked = await person.send('DELETE', `/v2/api-keys/${parent.id}`);

    const statuses = [];
    for (const { key } of [parent, child, grandchild]) {
      statuses.push((await program(key).get('/v2/customers')).status);
    }
    expect(revoked.status).toBe(204);
    expect(statuses).toEqual([401, 401, 401]);
    expect(
      app.log
        .events(revoked.requestId)
        .filter(({ securityEvent }) => securityEvent === 'authn_token_revoked'),
    ).toHaveLength(3);
    // Said again it is told again: the first announcement may not have come through.
    const announce = vi.spyOn(app.nest.get(KeyCache, { strict: false }), 'announceChange');
    expect((await person.send('DELETE', `/v2/api-keys/${parent.id}`)).status).toBe(204);
    expect(announce.mock.calls.map(([id]) => id).toSorted()).toEqual(
      [parent.id, child.id, grandchild.id].toSorted(),
    );
    announce.mockRestore();
  });
});

describe('a key that is made while its maker is revoked', () => {
  it('[P6.3] is over, too', async () => {
    const parent = await aKeyOf(person, { scopes: ['customers:read', 'api-keys:write'] });
    const repository = app.nest.get(ApiKeysRepository, { strict: false });
    const insert = repository.insert.bind(repository);
    const slow = vi.spyOn(repository, 'insert').mockImplementationOnce(async (key, limits) => {
      await person.send('DELETE', `/v2/api-keys/${parent.id}`);
      return insert(key, limits);
    });

    const made = await program(parent.key).post('/v2/api-keys', { name: 'late', scopes: ['customers:read'] });

    const children = await app.database.inspect<{ revoked_at: Date | null }>(
      'SELECT revoked_at FROM api_keys WHERE parent_id = $1',
      [parent.id],
    );
    expect(made.body).toMatchObject({ status: 409, code: 'api_key.over' });
    expect(children).toEqual([]);
    slow.mockRestore();
  });
});
