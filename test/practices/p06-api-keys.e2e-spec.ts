import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiKeysRepository } from '../../src/api-keys/api-keys.repository.js';
import { KeyUsage } from '../../src/api-keys/usage/key-usage.js';
import { newSecret, writeKey } from '../../src/api-keys/secret/api-key-text.js';
import { hashSecret } from '../../src/api-keys/secret/key-hash.js';
import { readConfiguration } from '../../src/create-app.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { ApiClient } from '../support/api-client.js';
import { aKeyOf, aPerson, from, issuedKeys, KEY_SCOPES, refusalOf, withKey } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { testEnvironment } from '../support/environment.js';
import { dumpOf } from '../support/encryption.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a key was found, in a repository, a log, a laptop or a dump. What can be done with it,
 * for how long, and can it be made into something bigger?
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

describe('a new key', () => {
  it('[P6.1] is shown once, and only its keyed hash is stored', async () => {
    const made = await person.post('/v2/api-keys', { name: 'nightly export', scopes: ['customers:read'] });
    const { key, id } = made.body as { key: string; id: string };
    const later = await person.get(`/v2/api-keys/${id}`);

    const [row] = await app.database.inspect('SELECT * FROM api_keys WHERE id = $1', [id]);
    const secret = key.split('_')[3]?.slice(0, 43) ?? '';
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v2/api-keys/${id}`);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(key).toMatch(new RegExp(`^sar_live_${id}_[0-9A-Za-z]{49}$`));
    expect(later.body).not.toHaveProperty('key');
    expect(JSON.stringify([later.body, row])).not.toContain(secret);
    expect(row).toMatchObject({ secret_hash: expect.stringMatching(/^[\w-]{43}$/), pepper: 'p1' });
    expect(app.log.text).not.toContain(secret);
    expect(app.log.events(made.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'authn_token_created', keyId: id, subject: 'user-1' }),
    );
  });

  it('[P6.3] calls as its owner, with its own scopes and by its own plan', async () => {
    const { key, id } = await aKeyOf(person, { scopes: ['customers:read'] });

    const listed = await program(key).get('/v2/customers');
    const refused = await program(key).post('/v2/customers', aCustomer());

    expect(listed.status).toBe(200);
    expect(listed.headers.get('ratelimit-policy')).toMatch(/^"plan-standard"/);
    expect(app.log.of(listed.requestId)).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        subject: 'user-1',
        credentialId: id,
        authorizationOutcome: 'allowed',
      }),
    );
    expect(refused.body).toMatchObject({ code: 'auth.insufficient_scope' });
  });

  it('[P6.2] ends after ninety days when nothing else is said, and never later', async () => {
    const { expiresAt } = await aKeyOf(person);
    const tooLong = await person.post('/v2/api-keys', {
      name: 'x',
      scopes: ['customers:read'],
      expiresInDays: 91,
    });

    expect(Date.parse(expiresAt) - app.clock.nowMilliseconds()).toBe(90 * 86_400_000);
    expect(tooLong.status).toBe(400);
  });

  it.each([
    ['without scopes', { scopes: [] }],
    ['without a name', { name: '' }],
    ['with a life of no day', { expiresInDays: 0 }],
    ['from nowhere', { allowedNetworks: ['office'] }],
    ['from an address with a zone', { allowedNetworks: ['fe80::1%eth0'] }],
    ['of an unknown plan', { ratePlan: 'unlimited' }],
    ['with a field of its own', { owner: 'somebody-else' }],
  ])('[P6.3] is not made %s', async (_what, changes) => {
    const made = await person.post('/v2/api-keys', { name: 'x', scopes: ['customers:read'], ...changes });

    expect(made.status).toBe(400);
  });

  it('[P6.3] is one of a hundred at most', async () => {
    const small = await createTestApp({
      besides: app,
      environment: { API_KEY_MAX_KEYS_PER_OWNER: '2', RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour' },
    });
    const other = small.api.withToken(
      await app.issuer.token({ claims: { sub: 'hoarder', scope: KEY_SCOPES } }),
    );
    await aKeyOf(other);
    await aKeyOf(other);

    expect((await other.post('/v2/api-keys', { name: 'x', scopes: ['customers:read'] })).status).toBe(409);
    // Nor by many at once.
    const crowd = small.api.withToken(
      await app.issuer.token({ claims: { sub: 'crowd', scope: KEY_SCOPES } }),
    );
    const made = await Promise.all(
      Array.from({ length: 10 }, () => crowd.post('/v2/api-keys', { name: 'x', scopes: ['customers:read'] })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(2);
    await small.stop();
  });
});

describe('a key that is no longer, or not at all, a key', () => {
  const changed = (key: string): string => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;

  it('[P6.1] gets one answer, and four different reasons in the log', async () => {
    const [expiring, revoked, stranger] = [
      await aKeyOf(person, { expiresInDays: 1 }),
      await aKeyOf(person),
      await aKeyOf(await aPerson(app, { tenant: 'globex' })),
    ];
    await person.send('DELETE', `/v2/api-keys/${revoked.id}`);
    await app.database.inspect("UPDATE api_keys SET expires_at = now() - interval '1 hour' WHERE id = $1", [
      expiring.id,
    ]);
    // Well formed, of an id that exists, and with the secret of another key.
    const unknown = writeKey({ environment: 'live', id: stranger.id, secret: newSecret() });

    const answers = [];
    for (const key of [expiring.key, revoked.key, unknown, changed(stranger.key)]) {
      answers.push(await program(key).get('/v2/customers'));
    }

    const shapes = answers.map(({ status, body, headers }) => ({
      status,
      body: { ...(body as object), requestId: '' },
      challenge: headers.get('www-authenticate'),
    }));
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
    expect(shapes[0]).toMatchObject({ status: 401, challenge: 'ApiKey realm="api"' });
    expect(answers.map((answer) => refusalOf(app, answer))).toEqual([
      'api_key_expired',
      'api_key_revoked',
      'api_key_unknown',
      'api_key_malformed',
    ]);
  });

  it('[P6.1] is refused without a look-up when it is mistyped', async () => {
    const { key } = await aKeyOf(person);
    const lookUps = vi.spyOn(app.nest.get(ApiKeysRepository, { strict: false }), 'findPresented');

    const mistyped = await program(changed(key)).get('/v2/customers');
    const afterMistyped = lookUps.mock.calls.length;
    await program(key).get('/v2/customers');

    expect(refusalOf(app, mistyped)).toBe('api_key_malformed');
    expect([afterMistyped, lookUps.mock.calls.length]).toEqual([0, 1]);
    lookUps.mockRestore();
  });

  it('[P6.1] of a test system opens nothing here', async () => {
    const test = await createTestApp({
      besides: app,
      environment: { API_KEY_ENVIRONMENT: 'test', RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour' },
    });
    const owner = test.api.withToken(await app.issuer.token({ claims: { scope: KEY_SCOPES } }));
    const { key } = await aKeyOf(owner);

    const answer = await program(key).get('/v2/customers');

    expect(key).toMatch(/^sar_test_/);
    expect(answer.status).toBe(401);
    expect(refusalOf(app, answer)).toBe('api_key_environment');
    await test.stop();
  });

  it.each(['api_key', 'apikey', 'x-api-key'])('[P6.1] is not taken from a query string: %s', async (name) => {
    const { key } = await aKeyOf(person);

    const answer = await app.api.get(`/v2/customers?${name}=${key}`, { headers: from('198.51.100.9') });

    expect(answer.status).toBe(401);
    expect(refusalOf(app, answer)).toBe('credential_in_url');
    expect(app.log.text).not.toContain(key);
  });

  it('[P6.1] is not taken beside another credential', async () => {
    const { key } = await aKeyOf(person);
    const token = await app.issuer.token();

    const beside = await program(key).get('/v2/customers', { headers: { authorization: `Bearer ${token}` } });

    expect(beside.body).toMatchObject({ code: 'auth.multiple_credentials' });
  });

  it('[P6.1] of another tenant shows that tenant alone', async () => {
    const globex = await aPerson(app, { tenant: 'globex', sub: 'user-1' });
    await person.post('/v2/customers', aCustomer());
    const { key } = await aKeyOf(globex);

    expect((await program(key).get('/v2/customers')).body).toMatchObject({ data: [] });
  });
});

describe('a row that somebody has written into the table', () => {
  const plant = async (peppers: string): Promise<number> => {
    const { id } = await aKeyOf(person);
    const secret = newSecret();
    const { hash } = hashSecret(id, secret, new KeyRing(peppers));
    await app.database.inspect('UPDATE api_keys SET secret_hash = $2 WHERE id = $1', [id, hash]);
    return (await program(writeKey({ environment: 'live', id, secret })).get('/v2/customers')).status;
  };

  it('[P6.1] opens nothing: the database does not have the pepper', async () => {
    expect(await plant(`p1:${randomBytes(32).toString('base64')}`)).toBe(401);
  });

  it('[P6.1] counter-proof: with the pepper it is a key', async () => {
    expect(await plant(app.environment['API_KEY_PEPPERS'] ?? '')).toBe(200);
  });
});

describe('the settings of keys', () => {
  const ordinary = testEnvironment('postgresql://u:p@127.0.0.1/db', 'http://127.0.0.1:1');

  it.each([
    ['no pepper', { API_KEY_PEPPERS: '' }, 'API_KEY_PEPPERS is required'],
    ['a short pepper', { API_KEY_PEPPERS: 'p1:c2hvcnQ=' }, 'API_KEY_PEPPERS is not a list'],
    ['a placeholder', { API_KEY_PEPPERS: `p1:${'changeme'.repeat(5)}AAA` }, 'API_KEY_PEPPERS'],
    ['a life of years', { API_KEY_MAX_LIFETIME_DAYS: '3650' }, 'API_KEY_MAX_LIFETIME_DAYS is not between'],
    ['a plan that there is not', { API_KEY_DEFAULT_RATE_PLAN: 'gold' }, 'is not a plan of RATE_LIMIT_PLANS'],
  ])('[P6.1] stop the start with %s', (_what, environment, message) => {
    expect(() => readConfiguration({ ...ordinary, ...environment })).toThrow(message);
  });

  it('[P6.1] never say a pepper, not even a wrong one', () => {
    const pepper = randomBytes(20).toString('base64');

    expect(() => readConfiguration({ ...ordinary, API_KEY_PEPPERS: `p1:${pepper}` })).not.toThrow(pepper);
  });
});

describe('everything that was written down', () => {
  it('[P6.1] holds no secret of any key, neither the dump nor the log, after all that happened here', async () => {
    for (let index = 0; index < 15; index += 1) {
      await program((await aKeyOf(person)).key).get('/v2/customers');
    }
    const { id } = await aKeyOf(person);
    const rotated = await person.post(`/v2/api-keys/${id}/rotate`, {});
    await app.nest.get(KeyUsage, { strict: false }).flush();
    const keys = [...issuedKeys, (rotated.body as { key: string }).key];

    const written = (await dumpOf(app)) + app.log.text;

    const secrets = keys.map((key) => key.split('_')[3]?.slice(0, 43) ?? key);
    const pepper = app.environment['API_KEY_PEPPERS']?.split(':')[1] ?? '';
    expect(keys.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
    expect(written).not.toContain(pepper);
  });
});
