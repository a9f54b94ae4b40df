import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aKeyOf, aPerson, withKey, type IssuedKey } from '../support/api-keys.js';
import { RunningClock } from '../support/test-clock.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack needs time: a secret that is replaced often is worth little. And the mistake: a rotation
 * that breaks its clients is one that nobody does; a grace period without end is none.
 */

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const UNLIMITED = {
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
  RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
  RATE_LIMIT_SUBJECT: '1000000/hour',
};

let app: TestApp;
let person: ApiClient;

beforeAll(async () => {
  app = await createTestApp({ environment: UNLIMITED });
});
afterAll(() => app.stop());

const statusOf = async (key: string): Promise<number> =>
  (await withKey(app, key).get('/v2/customers')).status;
const rotate = async (who: ApiClient, { id }: IssuedKey, graceSeconds?: number): Promise<IssuedKey> => {
  const rotated = await who.post(
    `/v2/api-keys/${id}/rotate`,
    graceSeconds === undefined ? {} : { graceSeconds },
  );
  expect(rotated.status).toBe(200);
  return rotated.body as IssuedKey;
};
/** A person whose token is good now, wherever the clock stands. */
const now = async (): Promise<ApiClient> => (person = await aPerson(app));

describe('a rotation', () => {
  it('[P6.2] makes the new secret good at once, and keeps the old one for the grace period', async () => {
    const old = await aKeyOf(await now());

    const fresh = await rotate(person, old, HOUR_SECONDS);

    expect(fresh.key).not.toBe(old.key);
    expect(fresh.id).toBe(old.id);
    expect([await statusOf(fresh.key), await statusOf(old.key)]).toEqual([200, 200]);
    app.clock.advanceSeconds(HOUR_SECONDS - 1);
    expect(await statusOf(old.key)).toBe(200);
    app.clock.advanceSeconds(1);
    expect([await statusOf(fresh.key), await statusOf(old.key)]).toEqual([200, 401]);
  });

  it('[P6.2] without grace ends the old secret at once', async () => {
    const old = await aKeyOf(await now());
    await statusOf(old.key);

    const fresh = await rotate(person, old, 0);

    expect([await statusOf(fresh.key), await statusOf(old.key)]).toEqual([200, 401]);
  });

  it('[P6.2] twice leaves two good secrets, never three', async () => {
    const first = await aKeyOf(await now());
    const second = await rotate(person, first, 7 * DAY_SECONDS);
    const third = await rotate(person, first, 7 * DAY_SECONDS);

    expect(await Promise.all([first, second, third].map(({ key }) => statusOf(key)))).toEqual([
      401, 200, 200,
    ]);
  });

  it('[P6.2] never lets the old secret outlive its own end', async () => {
    const old = await aKeyOf(await now(), { expiresInDays: 1 });
    app.clock.advanceSeconds(23 * HOUR_SECONDS);
    const fresh = await rotate(await now(), old, 7 * DAY_SECONDS);
    app.clock.advanceSeconds(HOUR_SECONDS);

    expect([await statusOf(fresh.key), await statusOf(old.key)]).toEqual([200, 401]);
    expect(Date.parse(fresh.expiresAt) - Date.parse(old.expiresAt)).toBe(23 * HOUR_SECONDS * 1000);
  });

  it('[P6.2] is not for a key that has expired or was revoked', async () => {
    const [expired, revoked] = [await aKeyOf(await now(), { expiresInDays: 1 }), await aKeyOf(person)];
    await person.send('DELETE', `/v2/api-keys/${revoked.id}`);
    app.clock.advanceSeconds(DAY_SECONDS);
    await now();

    for (const { id } of [expired, revoked]) {
      const refused = await person.post(`/v2/api-keys/${id}/rotate`, {});
      expect(refused.body).toMatchObject({ status: 409, code: 'api_key.over' });
    }
  });

  it.each([-1, 1, 60, 604_801, '3600', null])('[P6.2] has no grace period of %j', async (graceSeconds) => {
    const key = await aKeyOf(await now());

    expect((await person.post(`/v2/api-keys/${key.id}/rotate`, { graceSeconds })).status).toBe(400);
  });

  it('[P6.2] happens once when two come at the same moment', async () => {
    const key = await aKeyOf(await now());

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => person.post(`/v2/api-keys/${key.id}/rotate`, { graceSeconds: 0 })),
    );

    const issued = answers.filter(({ status }) => status === 200).map(({ body }) => body as IssuedKey);
    const statuses = await Promise.all(issued.map((one) => statusOf(one.key)));
    expect(answers.every(({ status }) => [200, 409].includes(status))).toBe(true);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('[P6.2] of what a key has made does not outlive that key', async () => {
    const parent = await aKeyOf(await now(), {
      scopes: ['customers:read', 'api-keys:write'],
      expiresInDays: 10,
    });
    const child = await aKeyOf(withKey(app, parent.key));
    app.clock.advanceSeconds(5 * DAY_SECONDS);

    const fresh = await rotate(await now(), child);

    expect(fresh.expiresAt).toBe(parent.expiresAt);
  });
});

describe('a key that rotates itself', () => {
  const rotateSelf = (key: string, graceSeconds = HOUR_SECONDS): Promise<ApiResponse> =>
    withKey(app, key).post('/v2/api-keys/current/rotate', { graceSeconds });

  it('[P6.2] needs no scope for it, and may be read-only', async () => {
    const old = await aKeyOf(await now(), { readOnly: true });

    const rotated = await rotateSelf(old.key);

    const { key } = rotated.body as IssuedKey;
    expect(rotated.status).toBe(200);
    expect((await withKey(app, key).get('/v2/api-keys/current')).body).toMatchObject({
      id: old.id,
      status: 'active',
      readOnly: true,
      previousSecretExpiresAt: expect.any(String),
    });
  });

  it('[P6.2] does not do it with its earlier secret: whoever kept a copy would take it over', async () => {
    const old = await aKeyOf(await now(), { scopes: ['customers:read', 'api-keys:read', 'api-keys:write'] });
    await rotateSelf(old.key);

    const again = await rotateSelf(old.key);
    const made = await withKey(app, old.key).post('/v2/api-keys', { name: 'x', scopes: ['customers:read'] });
    const ended = await withKey(app, old.key).send('DELETE', `/v2/api-keys/${old.id}`);

    expect([again, made, ended].map(({ body }) => (body as { code: string }).code)).toEqual(
      Array(3).fill('api_key.superseded'),
    );
    expect(await statusOf(old.key)).toBe(200);
  });

  it('[P6.2] does it once, however many have the same secret at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const old = await aKeyOf(await now());

      const answers = await Promise.all(Array.from({ length: 4 }, () => rotateSelf(old.key)));

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  it('is no business of somebody without a key', async () => {
    await now();

    expect((await person.get('/v2/api-keys/current')).body).toMatchObject({ code: 'api_key.none' });
    expect((await person.post('/v2/api-keys/current/rotate', {})).body).toMatchObject({
      code: 'api_key.none',
    });
  });
});

describe('the end of a secret', () => {
  const eventsOf = ({ requestId }: ApiResponse): unknown[] =>
    app.log.events(requestId).filter(({ securityEvent }) => securityEvent === 'api_key_expiring');

  it('[P6.2] is announced two weeks ahead, in a header each time and as an event once a day', async () => {
    const { key, expiresAt } = await aKeyOf(await now(), { expiresInDays: 30 });
    const ask = () => withKey(app, key).get('/v2/customers');

    const early = await ask();
    app.clock.advanceSeconds(17 * DAY_SECONDS);
    const [first, second] = [await ask(), await ask()];
    app.clock.advanceSeconds(DAY_SECONDS);
    const nextDay = await ask();

    expect(early.headers.get('x-api-key-expires')).toBeNull();
    expect([first, second, nextDay].map(({ headers }) => headers.get('x-api-key-expires'))).toEqual(
      Array(3).fill(expiresAt),
    );
    expect([early, first, second, nextDay].map((answer) => eventsOf(answer).length)).toEqual([0, 1, 0, 1]);
    expect(eventsOf(first)).toEqual([expect.objectContaining({ secretKind: 'current', daysLeft: 13 })]);
  });

  it('[P6.2] of a key that lives a week is not announced for all of it', async () => {
    const { key } = await aKeyOf(await now(), { expiresInDays: 7 });

    expect((await withKey(app, key).get('/v2/customers')).headers.get('x-api-key-expires')).toBeNull();
  });

  it('[P6.2] is announced to clients that still have the earlier one', async () => {
    const old = await aKeyOf(await now());
    await rotate(person, old, DAY_SECONDS);

    const answer = await withKey(app, old.key).get('/v2/customers');

    expect(answer.headers.get('x-api-key-superseded')).toBe('true');
    expect(Date.parse(answer.headers.get('x-api-key-expires') ?? '') - app.clock.nowMilliseconds()).toBe(
      DAY_SECONDS * 1000,
    );
    expect(eventsOf(answer)).toEqual([expect.objectContaining({ secretKind: 'superseded' })]);
  });
});

describe('under load', () => {
  const CLIENTS = 50;
  const ROTATIONS = 20;

  /** Clients that call all the time with the newest secret they know, while it is rotated every second. */
  async function rotateUnderLoad(instances: readonly TestApp[], rotations: number) {
    const [first = app] = instances;
    const owner = await aPerson(first, { exp: first.clock.nowSeconds() + 600 });
    let current = await aKeyOf(owner);
    const dead: string[] = [];
    const refusals: number[] = [];
    let calls = 0;
    const end = new AbortController();
    const clients = Array.from({ length: CLIENTS }, async (_, index) => {
      while (!end.signal.aborted) {
        const instance = instances[index % instances.length] ?? first;
        const { status } = await withKey(instance, current.key).get('/v2/api-keys/current');
        calls += 1;
        refusals.push(...(status === 200 ? [] : [status]));
      }
    });
    const accepted: string[] = [];
    let previous = '';
    for (let round = 0; round < rotations; round += 1) {
      const rotated = await owner.post(`/v2/api-keys/${current.id}/rotate`, { graceSeconds: HOUR_SECONDS });
      dead.push(...(previous === '' ? [] : [previous]));
      previous = current.key;
      current = rotated.body as IssuedKey;
      await delay(1000);
      for (const key of dead.slice(-3)) {
        for (const instance of instances) {
          const { status } = await withKey(instance, key).get('/v2/api-keys/current');
          accepted.push(...(status === 401 ? [] : [key]));
        }
      }
    }
    end.abort();
    await Promise.all(clients);
    return { calls, refusals, accepted };
  }

  it('[P6.2] of 50 clients, a rotation a second for 20 seconds refuses no good secret and accepts no dead one', async () => {
    const clock = new RunningClock();
    const one = await createTestApp({ environment: UNLIMITED, clock });
    const two = await createTestApp({ besides: one, environment: UNLIMITED, clock });

    const { calls, refusals, accepted } = await rotateUnderLoad([one, two], ROTATIONS);

    expect({ refusals, accepted }).toEqual({ refusals: [], accepted: [] });
    expect(calls).toBeGreaterThan(1000);
    await two.stop();
    await one.stop();
  }, 90_000);

  it('[P6.2] counter-proof: a rotation without overlap refuses clients', async () => {
    const clock = new RunningClock();
    const one = await createTestApp({ environment: UNLIMITED, clock, removal: without('grace period') });

    const { refusals } = await rotateUnderLoad([one], 3);

    expect(refusals).toContain(401);
    await one.stop();
  });
});
