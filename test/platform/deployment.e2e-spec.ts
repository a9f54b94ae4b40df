import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logIn } from '../../dev/log-in.ts';
import { obtainTokens } from '../../dev/obtain-token.ts';
import { ApiClient } from '../support/api-client.js';
import { hasCaddy } from '../support/caddy.js';
import { aCustomer } from '../support/customers.js';
import { Deployment } from '../support/deployment.js';
import { PATIENCE } from '../support/patience.js';
import { sendRaw } from '../support/raw-http.js';
import { handshake } from '../support/tls-client.js';

/*
 * The whole system as it runs in production, without containers: two instances of the build behind the proxy of
 * Compose, PostgreSQL with TLS, a Redis with an access list, a real provider. What each practice proves by itself
 * has to hold here for all of them together.
 */

let system: Deployment;

/** A person with a token, through the proxy. */
async function person(name: string): Promise<ApiClient> {
  const { access_token: token } = await obtainTokens({
    issuer: system.issuer,
    name,
    secrets: system.secrets,
  });
  return new ApiClient(system.url).withToken(token);
}

/** The same caller at one instance, past the proxy, which is believed to have spoken TLS. */
function at(index: number, headers: Record<string, string>): ApiClient {
  return new ApiClient(system.instances[index]?.url ?? '', { ...headers, 'x-forwarded-proto': 'https' });
}

const get = (caller: ApiClient) => caller.get('/v2/customers');
const deleteNothing = (caller: ApiClient) => caller.delete(`/v2/customers/${randomUUID()}`);
/** A proxy must not repeat this: a loss cannot be hidden. */
const create = (caller: ApiClient) => caller.post('/v2/customers', aCustomer());

/** Many callers while something happens. */
async function underLoad(happening: () => Promise<void>, call: typeof get = get) {
  const carol = await person('carol');
  const statuses: (number | string)[] = [];
  const load = new AbortController();
  const callers = Array.from({ length: 10 }, async () => {
    while (!load.signal.aborted) {
      statuses.push(await call(carol).then(({ status }) => status, String));
    }
  });
  try {
    await happening();
  } finally {
    load.abort();
    await Promise.all(callers);
  }
  const isGood = (status: number | string): boolean => [200, 201, 404].includes(Number(status));
  return { answered: statuses.filter(isGood).length, lost: statuses.filter((status) => !isGood(status)) };
}

/** More than the buffers between a proxy and an instance hold. */
const LONG_BODY = new Blob([' '.repeat(8_000_000)]);

/** Chunks that are none, often enough to meet every instance. */
function sendBrokenBodies(): Promise<string[]> {
  const { host } = new URL(system.url);
  const head = `POST /v2/customers HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nConnection: close`;
  const bytes = `${head}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`;
  return Promise.all(Array.from({ length: 16 }, () => sendRaw(system.url, bytes)));
}

/** Waits until the proxy sends requests to an instance: it has noticed that this one is there. */
async function getsRequests(index: number): Promise<void> {
  const { instances } = system;
  const requests = (): number => instances[index]?.output().split('"route":"/v2/customers"').length ?? 0;
  await vi.waitFor(() => expect(requests()).toBeGreaterThan(50), 20_000);
}

describe.skipIf(!hasCaddy())('the deployed system', () => {
  beforeAll(async () => {
    system = await Deployment.start({
      RATE_LIMIT_SUBJECT: '1000000/hour',
      HTTP_SERVER_DRAIN_SECONDS: '2',
      // A busy machine is no loss of Redis, after which each instance would grant a share by itself.
      RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '5000',
    });
  }, 120_000);
  afterAll(() => system.stop(), 60_000);

  it('[P1.2] logs a person in through the proxy, and every instance knows the session', async () => {
    const begun = await fetch(`${system.url}/auth/login`, { redirect: 'manual' });
    const logInCookie = begun.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
    const callback = await logIn(new URL(begun.headers.get('location') ?? ''), {
      name: 'alice',
      password: system.secrets.demoUserPassword,
      redirectUri: `${system.url}/auth/callback`,
    });
    const completed = await fetch(callback, { redirect: 'manual', headers: { cookie: logInCookie } });
    const cookie = completed.headers.getSetCookie().find((one) => one.startsWith('__Host-session=')) ?? '';
    const session = { cookie: cookie.split(';')[0] ?? '' };

    const answers = await Promise.all([0, 1].map((index) => at(index, session).get('/v2/customers')));

    expect(completed.headers.get('location')).toBe(`${system.url}/docs/`);
    expect(cookie).toContain('Secure');
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('[P6.4] revokes a key on every instance, although each of them remembers it', async () => {
    const alice = await person('alice');
    const made = await alice.post('/v2/api-keys', { name: 'a program', scopes: ['customers:read'] });
    const { id, key } = made.body as { id: string; key: string };
    const withKey = { 'x-api-key': key };
    const ask = () => Promise.all([0, 1].map((index) => at(index, withKey).get('/v2/customers')));
    const before = await ask();

    await alice.delete(`/v2/api-keys/${id}`);

    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    await vi.waitFor(
      async () => expect((await ask()).map(({ status }) => status)).toEqual([401, 401]),
      PATIENCE,
    );
  });

  it('[P2.2] grants a stranger what one instance would, whichever instance it reaches', async () => {
    const stranger = { 'x-forwarded-for': '198.51.100.7' };
    const statuses = [];
    for (let index = 0; index < 70; index += 1) {
      statuses.push((await at(index % 2, stranger).get('/v2/nothing-here')).status);
    }

    expect(statuses.filter((status) => status !== 429)).toHaveLength(60);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });

  it('[P1.3] [P4.6] answers plaintext with a refusal and no redirect, and names no program', async () => {
    const refused = await fetch(`${system.plainUrl}/v2/customers`, { redirect: 'manual' });
    const secure = await fetch(`${system.url}/health/live`);

    expect([refused.status, refused.headers.get('location')]).toEqual([403, null]);
    for (const { headers } of [refused, secure]) {
      expect([headers.get('server'), headers.get('via'), headers.get('x-powered-by')]).toEqual([
        null,
        null,
        null,
      ]);
    }
  });

  it('[P4.1] speaks no TLS before 1.2', async () => {
    const weak = {
      servername: 'localhost',
      rejectUnauthorized: false,
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;

    const modern = await handshake(system.url, { ...weak, maxVersion: 'TLSv1.2' });
    const old = handshake(system.url, { ...weak, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });

    expect(modern.protocol).toBe('TLSv1.2');
    await expect(old).rejects.toThrow();
  });

  it('[P8.4] sees an attack that is spread over the instances, and tells it once', async () => {
    const attacker = { authorization: 'Bearer guess', 'x-forwarded-for': '203.0.113.99' };
    for (let index = 0; index < 24; index += 1) {
      await at(index % 2, attacker).get('/v2/customers');
    }

    await vi.waitFor(() => expect(system.logged('"rule":"failed-authentication-address"')).toBe(1), 5000);
  });

  it('[P4.6] leads nobody to a host that they did not connect to, and says so without a name', async () => {
    const { host } = new URL(system.url);
    const answers = await Promise.all([
      sendRaw(system.url, 'GET / HTTP/1.1\r\nHost: attack.example\r\nConnection: close\r\n\r\n'),
      sendRaw(system.url, `GET http://127.0.0.1:22/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      sendRaw(system.plainUrl, 'GET / HTTP/1.1\r\nHost: attack.example\r\nConnection: close\r\n\r\n'),
    ]);

    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).not.toMatch(/^server:/im);
    }
  });

  it('[P4.6] takes a body that cannot be read for the fault of who sends it, and serves all others', async () => {
    const answers = await sendBrokenBodies();
    const other = await fetch(`${system.url}/health/live`);

    expect(answers.map((answer) => answer.split(' ')[1])).toEqual(Array.from(answers, () => '400'));
    expect(other.status).toBe(200);
  });

  it.each([
    { what: 'its length is said', body: () => LONG_BODY },
    { what: 'its length is not said', body: () => LONG_BODY.stream() },
  ])('[P3.1] says that a body is too long, of which nobody reads the rest, when $what', async ({ body }) => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        fetch(`${system.url}/v2/customers`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: body(),
          duplex: 'half',
        }),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]));
  });

  it('[P4.6] counter-proof: a proxy that remembers failures lets such bodies close every instance', async () => {
    await system.replaceProxy({ remembersFailures: true });

    await sendBrokenBodies();
    const other = await fetch(`${system.url}/health/live`);

    await system.replaceProxy({});
    expect(other.status).toBe(503);
  });

  it.each([
    { what: 'that reads', call: get },
    { what: 'that deletes', call: deleteNothing },
  ])(
    'is restarted under load, one instance after the other, and no request $what is lost',
    async ({ call }) => {
      const codes: (number | null)[] = [];

      const load = await underLoad(async () => {
        codes.push(await system.restart(0), await system.restart(1));
      }, call);

      expect(codes).toEqual([0, 0]);
      expect(load.answered).toBeGreaterThan(100);
      expect(load.lost).toEqual([]);
    },
  );

  describe('behind a proxy that asks every second who is ready, and tries nothing twice', () => {
    const longEnoughToNotice = { HTTP_SERVER_SHUTDOWN_DELAY_SECONDS: '4' };

    beforeAll(async () => {
      await Promise.all([system.restart(0, longEnoughToNotice), system.restart(1, longEnoughToNotice)]);
      await system.replaceProxy({ asksReadinessEvery: '1s', neverRetries: true });
    });
    afterAll(() => system.replaceProxy({}));

    it('is restarted under load, and no request is lost that has a body and changes something', async () => {
      const load = await underLoad(async () => {
        await system.restart(0);
        await getsRequests(0);
        await system.restart(1);
        await getsRequests(1);
      }, create);

      expect(load.answered).toBeGreaterThan(100);
      expect(load.lost).toEqual([]);
    }, 90_000);

    it('counter-proof: whoever stops listening before the proxy has noticed loses requests', async () => {
      // Once may be the very moment in which the proxy asks.
      const load = await underLoad(async () => {
        for (let time = 0; time < 3; time += 1) {
          await system.restart(1);
          await getsRequests(1);
        }
      }, create);

      expect(load.answered).toBeGreaterThan(50);
      expect(load.lost.length).toBeGreaterThan(0);
    }, 90_000);
  });

  it('grows from one instance to two under load: the second one gets its share, and no request is lost', async () => {
    await system.instances[1]?.end();

    const load = await underLoad(async () => {
      await system.revive(1);
      await getsRequests(1);
    });

    expect(load.lost).toEqual([]);
  });

  it('counter-proof: without the proxy’s second try a restart under load loses requests', async () => {
    await system.replaceProxy({ neverRetries: true });

    const load = await underLoad(async () => void (await system.restart(0)));

    await system.replaceProxy({});
    expect(load.answered).toBeGreaterThan(50);
    expect(load.lost.length).toBeGreaterThan(0);
    expect(new Set(load.lost)).toEqual(new Set([503]));
  });

  it('counter-proof: an instance that ends without finishing what it does loses requests', async () => {
    const load = await underLoad(async () => {
      for (let time = 0; time < 3; time += 1) {
        await system.instances[0]?.stop();
        await system.revive(0);
      }
    }, create);

    expect(load.answered).toBeGreaterThan(10);
    expect(load.lost.length).toBeGreaterThan(0);
  });

  it('[P4.6] says while every instance is away that it is unavailable, and nothing else', async () => {
    await system.end();

    const response = await fetch(`${system.url}/v2/customers`);

    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ status: 503 })]);
    expect(response.headers.get('server')).toBeNull();
  });
});
