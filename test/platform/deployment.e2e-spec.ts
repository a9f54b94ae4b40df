import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logIn } from '../../dev/log-in.ts';
import { obtainTokens } from '../../dev/obtain-token.ts';
import { ApiClient } from '../support/api-client.js';
import { hasCaddy } from '../support/caddy.js';
import { Deployment } from '../support/deployment.js';
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

describe.skipIf(!hasCaddy())('the deployed system', () => {
  beforeAll(async () => {
    system = await Deployment.start();
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

  it('[P6.4] revokes a key on every instance within a second', async () => {
    const alice = await person('alice');
    const made = await alice.post('/v2/api-keys', { name: 'a program', scopes: ['customers:read'] });
    const { id, key } = made.body as { id: string; key: string };
    const withKey = { 'x-api-key': key };
    const ask = () => Promise.all([0, 1].map((index) => at(index, withKey).get('/v2/customers')));
    const before = await ask();

    await alice.delete(`/v2/api-keys/${id}`);

    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    await vi.waitFor(async () => expect((await ask()).map(({ status }) => status)).toEqual([401, 401]), {
      timeout: 1000,
      interval: 50,
    });
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

  it('is restarted under load, one instance after the other, and no request is lost', async () => {
    const carol = await person('carol');
    const statuses: (number | string)[] = [];
    const load = new AbortController();
    const callers = Array.from({ length: 10 }, async () => {
      while (!load.signal.aborted) {
        statuses.push(await carol.get('/v2/customers').then(({ status }) => status, String));
      }
    });

    const codes = [await system.restart(0), await system.restart(1)];
    load.abort();
    await Promise.all(callers);

    expect(codes).toEqual([0, 0]);
    expect(statuses.length).toBeGreaterThan(100);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('[P4.6] says while every instance is away that it is unavailable, and nothing else', async () => {
    await system.end();

    const response = await fetch(`${system.url}/v2/customers`);

    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ status: 503 })]);
    expect(response.headers.get('server')).toBeNull();
  });
});
