import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ApiKeysRepository } from '../../src/api-keys/api-keys.repository.js';
import { KeyCache } from '../../src/api-keys/authentication/key-cache.js';
import { PushTrust } from '../../src/api-keys/authentication/push-trust.js';
import { UsageRepository } from '../../src/api-keys/usage/usage.repository.js';
import { PushChannel } from '../../src/platform/push/push-channel.js';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import { freePort } from '../support/free-port.js';
import { PATIENCE } from '../support/patience.js';
import { startProcess, type InstanceProcess } from '../support/processes.js';
import { startRedis } from '../support/redis.js';
import { forgetAnnouncements } from '../support/removals/api-keys.js';
import { RunningClock } from '../support/test-clock.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a key was found, its owner revokes it, and somewhere an instance still remembers it.
 */

const UNLIMITED = {
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
  RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
  // So long that only the push can be what ends a key.
  API_KEY_CACHE_SECONDS: '300',
};

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment: UNLIMITED, clock: new RunningClock() });
});
afterAll(() => app.stop());

const callWith = async (instance: Pick<TestApp, 'url'>, key: string): Promise<number> =>
  (await withKey(instance, key).get('/v2/api-keys/current')).status;

/** How long after the revocation an instance still took the key. */
async function millisecondsToRefusal(instance: Pick<TestApp, 'url'>, key: string): Promise<number> {
  const start = performance.now();
  let acceptedAt = start;
  while (performance.now() - start < 2000) {
    if ((await callWith(instance, key)) === 200) {
      acceptedAt = performance.now();
    }
  }
  return acceptedAt - start;
}

const trustOf = ({ nest }: TestApp): PushTrust => nest.get(PushTrust, { strict: false });
const untilTrusted = (instance: TestApp): Promise<void> =>
  vi.waitFor(() => expect(trustOf(instance).isGiven).toBe(true), { timeout: 5000 });
/** As it is now, it stays: a pause of the machine ends trust, too. */
const hold = (instance: TestApp) =>
  vi.spyOn(trustOf(instance), 'isGiven', 'get').mockReturnValue(trustOf(instance).isGiven);

describe('a key that is known', () => {
  it('[P6.4] costs no look-up and no write', async () => {
    await untilTrusted(app);
    const held = hold(app);
    const { key } = await aKeyOf(await aPerson(app));
    const repository = app.nest.get(ApiKeysRepository, { strict: false });
    await callWith(app, key);
    const lookUps = vi.spyOn(repository, 'findPresented');
    const writes = vi.spyOn(app.nest.get(UsageRepository, { strict: false }), 'add');

    for (let index = 0; index < 50; index += 1) {
      expect((await withKey(app, key).get('/v2/customers?limit=1')).status).toBe(200);
    }

    expect(lookUps).not.toHaveBeenCalled();
    // Once in a few seconds, however many requests there are.
    expect(writes.mock.calls.length).toBeLessThanOrEqual(1);
    lookUps.mockRestore();
    writes.mockRestore();
    held.mockRestore();
  });

  it('[P6.4] is looked up each time while the push channel is not to be trusted', async () => {
    const lonely = await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock });
    const { key } = await aKeyOf(await aPerson(lonely));
    await untilTrusted(lonely);
    await callWith(lonely, key);
    const lookUps = vi.spyOn(lonely.nest.get(ApiKeysRepository, { strict: false }), 'findPresented');

    await lonely.database.inspect(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'secure-api-push' AND datname = current_database()`,
    );
    await vi.waitFor(() => expect(trustOf(lonely).isGiven).toBe(false), PATIENCE);
    const broken = hold(lonely);
    await callWith(lonely, key);
    await callWith(lonely, key);
    broken.mockRestore();
    const whileBroken = lookUps.mock.calls.length;
    await untilTrusted(lonely);
    hold(lonely);
    await callWith(lonely, key);
    await callWith(lonely, key);

    expect(whileBroken).toBe(2);
    expect(lookUps).toHaveBeenCalledTimes(3);
    await lonely.stop();
  });

  it('[P6.4] is not believed when a connection is open and nothing comes through it', async () => {
    const deaf = await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock });
    await untilTrusted(deaf);
    // The socket looks alive; what is published is lost on the way.
    deaf.nest.get<PushChannel>(PushChannel, { strict: false }).publish = () => Promise.resolve();

    await vi.waitFor(() => expect(trustOf(deaf).isGiven).toBe(false), { timeout: 3000 });

    await deaf.stop();
  });

  it('[P6.4] is not believed when messages come, and come late', async () => {
    const late = await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock });
    await untilTrusted(late);
    const channel = late.nest.get<PushChannel>(PushChannel, { strict: false });
    const publish = channel.publish.bind(channel);
    channel.publish = async (topic, message) => {
      await delay(1500);
      return publish(topic, message);
    };

    await delay(2500);

    expect(trustOf(late).isGiven).toBe(false);
    await late.stop();
  });

  it('[P6.4] is forgotten after a silence in which nobody asked', async () => {
    const deaf = await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock });
    await untilTrusted(deaf);
    const { key } = await aKeyOf(await aPerson(app));
    await callWith(deaf, key);
    const channel = deaf.nest.get<PushChannel>(PushChannel, { strict: false });
    const publish = channel.publish.bind(channel);
    channel.publish = () => Promise.resolve();
    await delay(1200);
    channel.publish = publish;
    await untilTrusted(deaf);
    const lookUps = vi.spyOn(deaf.nest.get(ApiKeysRepository, { strict: false }), 'findPresented');

    await callWith(deaf, key);

    expect(lookUps).toHaveBeenCalledTimes(1);
    await deaf.stop();
  });

  it('[P6.4] is refused here at once, although the channel does not answer', async () => {
    const stuck = await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock });
    const person = await aPerson(stuck);
    const { key, id } = await aKeyOf(person);
    stuck.nest.get<PushChannel>(PushChannel, { strict: false }).publish = () => new Promise(() => undefined);

    const ended = await person.send('DELETE', `/v2/api-keys/${id}`);

    expect(ended.status).toBe(204);
    expect(await callWith(stuck, key)).toBe(401);
    await stuck.stop();
  });

  it('[P6.4] is not remembered from a look-up that the revocation overtakes', async () => {
    await untilTrusted(app);
    const person = await aPerson(app);
    const { key, id } = await aKeyOf(person);
    const repository = app.nest.get(ApiKeysRepository, { strict: false });
    const find = repository.findPresented.bind(repository);
    const slow = vi.spyOn(repository, 'findPresented').mockImplementationOnce(async (presented) => {
      const known = await find(presented);
      await delay(300);
      return known;
    });

    const overtaken = callWith(app, key);
    await delay(100);
    await person.send('DELETE', `/v2/api-keys/${id}`);
    await overtaken;

    expect(await callWith(app, key)).toBe(401);
    slow.mockRestore();
  });
});

describe('a revocation', () => {
  let redisPort: number;
  const processes: InstanceProcess[] = [];

  beforeAll(async () => {
    redisPort = await freePort();
  });
  afterAll(() => Promise.all(processes.map((process) => process.stop())));

  const startTwo = async (
    environment: Record<string, string>,
  ): Promise<[InstanceProcess, InstanceProcess]> => {
    const all = { ...app.environment, ...UNLIMITED, ...environment };
    const two = [await startProcess(all), await startProcess(all)] as [InstanceProcess, InstanceProcess];
    processes.push(...two);
    await delay(1500);
    return two;
  };
  const revokeAt = async ({ url }: InstanceProcess, id: string): Promise<void> => {
    const token = await app.issuer.token({ claims: { scope: 'api-keys:write' } });
    const response = await fetch(`${url}/v2/api-keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(204);
  };

  it('[P6.4] holds in another process within a second, through PostgreSQL', async () => {
    const [one, two] = await startTwo({});
    const { key, id } = await aKeyOf(await aPerson(app));
    expect([await callWith(one, key), await callWith(two, key)]).toEqual([200, 200]);

    await revokeAt(one, id);

    expect(await millisecondsToRefusal(two, key)).toBeLessThan(1000);
    expect(await callWith(one, key)).toBe(401);
  }, 60_000);

  it.skipIf(inject('redisUrl') === null)(
    '[P6.4] holds in another process within a second, through Redis, and while it restarts',
    async () => {
      let redis = await startRedis(redisPort);
      const [one, two] = await startTwo({ REDIS_URL: `redis://127.0.0.1:${redisPort}` });
      const person = await aPerson(app);
      const [before, during, after] = [await aKeyOf(person), await aKeyOf(person), await aKeyOf(person)];
      for (const { key } of [before, during, after]) {
        expect(await callWith(two, key)).toBe(200);
      }

      await revokeAt(one, before.id);
      const throughRedis = await millisecondsToRefusal(two, before.key);
      await redis?.stop();
      await revokeAt(one, during.id);
      const withoutRedis = await millisecondsToRefusal(two, during.key);
      redis = await startRedis(redisPort);
      await revokeAt(one, after.id);
      const whileItStarts = await millisecondsToRefusal(two, after.key);

      expect(throughRedis).toBeLessThan(1000);
      expect(withoutRedis).toBeLessThan(1000);
      expect(whileItStarts).toBeLessThan(1000);
      await redis?.stop();
    },
    90_000,
  );

  it('[P6.4] counter-proof: without the push another instance takes the key as long as it remembers it', async () => {
    const [one, two] = [
      await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock }),
      await createTestApp({ besides: app, environment: UNLIMITED, clock: app.clock }),
    ];
    await untilTrusted(two);
    hold(two);
    forgetAnnouncements(one.nest.get(KeyCache, { strict: false }));
    const person = await aPerson(one);
    const { key, id } = await aKeyOf(person);
    await callWith(two, key);

    await person.send('DELETE', `/v2/api-keys/${id}`);
    await delay(1100);

    expect(await callWith(two, key)).toBe(200);
    await one.stop();
    await two.stop();
  });
});
