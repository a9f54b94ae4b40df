import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PushTrust } from '../../src/api-keys/authentication/push-trust.js';
import { writeKey } from '../../src/api-keys/secret/api-key-text.js';
import { KeyUsage } from '../../src/api-keys/usage/key-usage.js';
import { UsageRepository } from '../../src/api-keys/usage/usage.repository.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aKeyOf, aPerson, from, withKey } from '../support/api-keys.js';
import { countPeppers } from '../support/encryption.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a copy of a key is used beside its owner, quietly, from elsewhere, or all at once.
 */

const PEPPER = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const OLD = PEPPER('p1');
const ENVIRONMENT = {
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
  RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
  RATE_LIMIT_FAILED_AUTHENTICATION: '1000000/hour',
  HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1',
  API_KEY_PEPPERS: OLD,
};

let app: TestApp;
let person: ApiClient;

beforeAll(async () => {
  app = await createTestApp({ environment: ENVIRONMENT });
  person = await aPerson(app);
});
afterAll(() => app.stop());

const flush = (instance: TestApp = app): Promise<void> =>
  instance.nest.get(KeyUsage, { strict: false }).flush();
const call = (key: string, address = '198.51.100.7', instance: TestApp = app): Promise<ApiResponse> =>
  withKey(instance, key, from(address)).get('/v2/customers?limit=1');
const anomaliesOf = ({ requestId }: ApiResponse): Record<string, unknown>[] =>
  app.log.events(requestId).filter(({ securityEvent }) => securityEvent === 'api_key_anomaly');
const usageOf = async (id: string) => {
  const [row] = await app.database.inspect<{
    use_count: string;
    last_used_at: Date;
    pepper: string;
    busiest_minute: number;
  }>('SELECT use_count, last_used_at, pepper, busiest_minute FROM api_keys WHERE id = $1', [id]);
  return row;
};

describe('the use of a key', () => {
  it('[P6.4] is counted with its last time and its networks, in batches', async () => {
    const { key, id } = await aKeyOf(person);
    const writes = vi.spyOn(app.nest.get(UsageRepository, { strict: false }), 'add');
    for (const address of ['198.51.100.7', '198.51.100.8', '203.0.113.5', '2001:db8:1:2::3']) {
      await call(key, address);
    }

    await flush();
    const countOfWrites = writes.mock.calls.length;
    writes.mockRestore();

    const networks = await app.database.inspect<{ network: string }>(
      'SELECT network FROM api_key_networks WHERE key_id = $1 ORDER BY 1',
      [id],
    );
    // The one of every few seconds may have come in between.
    expect(countOfWrites).toBeLessThanOrEqual(2);
    expect(await usageOf(id)).toMatchObject({ use_count: '4', last_used_at: expect.any(Date) });
    expect(networks.map(({ network }) => network)).toEqual([
      '198.51.100.0/24',
      '2001:db8:1::/48',
      '203.0.113.0/24',
    ]);
    expect((await person.get(`/v2/api-keys/${id}`)).body).toMatchObject({ useCount: 4 });
  });

  it('[P6.4] is lost neither by a clean stop nor by two instances at once', async () => {
    const { key, id } = await aKeyOf(person);
    const instances = await Promise.all(
      [1, 2].map(() => createTestApp({ besides: app, environment: ENVIRONMENT })),
    );

    await Promise.all(
      instances.flatMap((instance) => Array.from({ length: 30 }, () => call(key, '198.51.100.7', instance))),
    );
    await Promise.all(instances.map((instance) => instance.stop()));

    expect(await usageOf(id)).toMatchObject({ use_count: '60' });
  });

  it('[P6.4] waits for a database that is away, and is written then', async () => {
    const { key, id } = await aKeyOf(person);
    await call(key);
    await app.database.inspect('ALTER TABLE api_keys RENAME TO hidden_keys');
    await flush();
    await app.database.inspect('ALTER TABLE hidden_keys RENAME TO api_keys');
    await call(key);

    await flush();

    expect(await usageOf(id)).toMatchObject({ use_count: '2' });
  });
});

describe('what is unlike a key’s past', () => {
  it('[P6.4] is a network that it never came from', async () => {
    const { key, id } = await aKeyOf(person);
    const first = await call(key, '198.51.100.7');
    await flush();
    const fresh = await createTestApp({ besides: app, environment: ENVIRONMENT });

    const neighbour = await call(key, '198.51.100.200', fresh);
    const elsewhere = await call(key, '203.0.113.77', fresh);
    const again = await call(key, '203.0.113.78', fresh);

    expect([first, neighbour, again].flatMap(anomaliesOf)).toEqual([]);
    expect(anomaliesOf(elsewhere)).toEqual([
      expect.objectContaining({
        kind: 'new_network',
        keyId: id,
        detail: '203.0.113.0/24',
        subject: 'user-1',
      }),
    ]);
    await fresh.stop();
  });

  it('[P6.4] is such a network before its past is written, too, when the key is read anew', async () => {
    const fresh = await createTestApp({ besides: app, environment: ENVIRONMENT });
    vi.spyOn(fresh.nest.get(PushTrust, { strict: false }), 'isGiven', 'get').mockReturnValue(false);
    const { key } = await aKeyOf(person);

    const first = await call(key, '198.51.100.7', fresh);
    const elsewhere = await call(key, '203.0.113.77', fresh);
    const again = await call(key, '198.51.100.8', fresh);

    expect([first, again].flatMap(anomaliesOf)).toEqual([]);
    expect(anomaliesOf(elsewhere)).toMatchObject([{ kind: 'new_network', detail: '203.0.113.0/24' }]);
    await fresh.stop();
  });

  it('[P6.4] is a use after its end, or from where it may not come', async () => {
    const [dead, fenced] = [
      await aKeyOf(person),
      await aKeyOf(person, { allowedNetworks: ['198.51.100.0/24'] }),
    ];
    await person.send('DELETE', `/v2/api-keys/${dead.id}`);

    const [late, again] = [await call(dead.key), await call(dead.key)];
    const outside = await call(fenced.key, '203.0.113.9');

    expect(anomaliesOf(late)).toEqual([
      expect.objectContaining({ kind: 'dead_key_used', keyId: dead.id, detail: 'api_key_revoked' }),
    ]);
    expect(anomaliesOf(again)).toEqual([]);
    expect(anomaliesOf(outside)).toEqual([expect.objectContaining({ detail: 'api_key_network' })]);
  });

  it('[P6.4] is no use of a key whose id somebody has merely read', async () => {
    const [one, other] = [await aKeyOf(person), await aKeyOf(person)];
    await person.send('DELETE', `/v2/api-keys/${one.id}`);
    const secret = other.key.split('_')[3]?.slice(0, 43) ?? '';

    const answer = await call(writeKey({ environment: 'live', id: one.id, secret }));

    expect(answer.status).toBe(401);
    expect(anomaliesOf(answer)).toEqual([]);
  });

  it('[P6.4] is a minute far busier than every one before', async () => {
    const { key, id } = await aKeyOf(person);
    for (let index = 0; index < 20; index += 1) {
      await call(key);
    }
    app.clock.advanceSeconds(60);
    await call(key);
    await flush();
    app.clock.advanceSeconds(60);
    const answers = [];
    for (let index = 0; index < 130; index += 1) {
      answers.push(await call(key));
    }

    const anomalies = answers.flatMap(anomaliesOf);
    expect((await usageOf(id))?.busiest_minute).toBe(20);
    expect(anomalies).toEqual([expect.objectContaining({ kind: 'spike', keyId: id, subject: 'user-1' })]);
  });
});

describe('a rotation of the pepper', () => {
  it('[P6.1] hashes each key anew when it is used, says what is left, and the old one can go then', async () => {
    const own = await createTestApp({ environment: ENVIRONMENT });
    const fresh = PEPPER('p2');
    const owner = await aPerson(own);
    const [used, unused] = [await aKeyOf(owner), await aKeyOf(owner)];
    const during = await createTestApp({
      besides: own,
      environment: { ...ENVIRONMENT, API_KEY_PEPPERS: `${fresh},${OLD}` },
    });
    const report = () => countPeppers(own, `${fresh},${OLD}`);

    const before = await report();
    await call(used.key, '198.51.100.7', during);
    await flush(during);
    // Instances that know both and still put the old one first go on, too.
    const behind = await createTestApp({
      besides: own,
      environment: { ...ENVIRONMENT, API_KEY_PEPPERS: `${OLD},${fresh}` },
    });
    const meanwhile = await call(used.key, '198.51.100.7', behind);
    await behind.stop();
    during.clock.advanceSeconds(60);
    await call(used.key, '198.51.100.7', during);
    await flush(during);
    const after = await report();
    const alone = await createTestApp({
      besides: own,
      environment: { ...ENVIRONMENT, API_KEY_PEPPERS: fresh },
    });

    expect(meanwhile.status).toBe(200);
    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('2 keys') });
    expect(after).toMatchObject({ code: 1, stderr: expect.stringContaining('1 key ') });
    expect((await call(used.key, '198.51.100.7', alone)).status).toBe(200);
    expect((await call(unused.key, '198.51.100.7', alone)).status).toBe(401);
    await owner.send('DELETE', `/v2/api-keys/${unused.id}`);
    expect(await report()).toMatchObject({ code: 0, stdout: expect.stringContaining('can be removed') });
    await during.stop();
    await alone.stop();
    await own.stop();
  });
});
