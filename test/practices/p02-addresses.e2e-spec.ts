import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKeyId, newSecret, writeKey } from '../../src/api-keys/secret/api-key-text.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import {
  BEHIND_PROXY,
  from,
  handlerRuns,
  LimitedModule,
  statusesOf,
  tally,
} from '../support/limited-routes.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody guesses credentials as fast as the line allows, and claims to be
 * somewhere else with every request so that nobody can count.
 */

const GUESSES = 20;
const STRANGERS = 10;

const environment = {
  RATE_LIMIT_ANONYMOUS: `${STRANGERS}/hour`,
  RATE_LIMIT_FAILED_AUTHENTICATION: undefined,
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: undefined,
};

/** Takes the word of the proxy on this machine. */
let app: TestApp;
/** Takes nobody's word. */
let direct: TestApp;

const besides = (options: TestAppOptions): Promise<TestApp> =>
  createTestApp({ modules: [LimitedModule], besides: app, ...options });

beforeAll(async () => {
  app = await createTestApp({ modules: [LimitedModule], environment: { ...environment, ...BEHIND_PROXY } });
  direct = await besides({ environment });
});
afterAll(async () => {
  await direct.stop();
  await app.stop();
});

const guess = (client: ApiClient, path = '/limited/known'): Promise<ApiResponse> =>
  client.withToken(`made.up.${Math.random()}`).get(path);

/** Sends a request, or a part of one, and hangs up. Resolves when the server knows, which may be before it answers. */
async function hangUp(address: string, line: string, fields: string, body = ''): Promise<void> {
  const id = randomUUID();
  const { hostname, port } = new URL(app.url);
  const proxy = `X-Forwarded-Proto: https\r\nX-Forwarded-For: ${address}\r\nX-Request-Id: ${id}`;
  const head = `${line} HTTP/1.1\r\nHost: ${hostname}\r\n${proxy}\r\n${fields}`;
  connect(Number(port), hostname).end(`${head}\r\n\r\n${body}`);
  await vi.waitFor(() => expect(app.log.of(id)).not.toEqual([]), { interval: 5 });
}

describe('guessing credentials', () => {
  it('[P2.1] ends after twenty; then even a good token from there is not looked at', async () => {
    const address = '198.51.100.1';
    const guesses = await statusesOf(GUESSES, () => guess(from(app, address)));
    const token = await app.issuer.token({ claims: { sub: 'neighbour' } });
    handlerRuns.known = 0;

    const refused = await from(app, address).withToken(token).get('/limited/known');
    const elsewhere = await from(app, '198.51.100.2').withToken(token).get('/limited/known');

    expect(tally(guesses)).toEqual({ 401: GUESSES });
    expect([refused.status, elsewhere.status]).toEqual([429, 200]);
    expect(handlerRuns.known).toBe(1);
    expect(app.log.events(refused.requestId)).toMatchObject([
      { securityEvent: 'excess_rate_limit_exceeded', limit: 'failed-authentication', subject: null },
    ]);
    expect(refused.headers.get('ratelimit')).toMatch(/^"failed-authentication";r=0;t=\d+$/);
  });

  it('[P2.1] is not closed by colleagues whose tokens have just expired, nor are those for nothing', async () => {
    const address = '203.0.113.77';
    const now = app.clock.nowSeconds();
    const expired = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app.issuer.token({ claims: { sub: `colleague-${index}`, iat: now - 600, exp: now - 60 } }),
      ),
    );
    const ask = (token: string): Promise<ApiResponse> =>
      from(app, address).withToken(token).get('/v2/customers?limit=1');

    const refused = await Promise.all(expired.map(ask));
    const good = await ask(await app.issuer.token({ claims: { sub: 'in-time' } }));

    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]));
    expect(refused.at(-1)?.headers.get('ratelimit-policy')).toContain('failed-authentication');
    expect(good.status).toBe(200);
  });

  it('[P2.1] costs whatever is wrong with the request that carries the credential', async () => {
    const client = from(app, '198.51.100.3').withToken('made.up.token');

    const wrong = [
      await client.get('/limited/known'),
      await client.send('POST', '/v2/customers', { raw: 'a', headers: { 'content-type': 'a/b' } }),
      await client.send('POST', '/v2/customers', { raw: 'x'.repeat(70_000) }),
      await client.get('/limited/known?access_token=a'),
    ];

    expect(wrong.map(({ status }) => status)).toEqual([401, 415, 413, 400]);
    expect(wrong.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '19',
      '18',
      '17',
      '16',
    ]);
  });

  it('[P2.1] costs nothing when the credential is good, or when the fault is ours', async () => {
    const token = await app.issuer.token({ claims: { sub: 'good' } });
    const client = from(app, '198.51.100.4').withToken(token);

    const answers = [
      ...(await statusesOf(15, () => client.get('/limited/known'))),
      ...(await statusesOf(15, () => client.get('/limited/broken'))),
      ...(await statusesOf(15, () => client.get('/v2/customers/not-an-id'))),
    ];

    expect(tally(answers)).toEqual({ 200: 15, 400: 15, 500: 15 });
    expect((await client.get('/limited/known')).status).toBe(200);
  });

  it('[P2.1] is not what a good credential does at a path that only looks like a route', async () => {
    const address = '198.51.100.77';
    const token = await app.issuer.token({ claims: { sub: 'typing-error' } });
    const caller = from(app, address).withToken(token);

    const missed = await statusesOf(GUESSES + 1, () => caller.get('/v2/customers/'));

    expect(tally(missed)).toEqual({ 404: GUESSES + 1 });
    expect((await caller.get('/v2/customers')).status).toBe(200);
  });

  it('[P2.1] is not an upload that breaks off, nor is that for nothing', async () => {
    const address = '198.51.100.78';
    const token = await app.issuer.token({ claims: { sub: 'on-a-train' } });

    const fields = `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100`;

    for (let time = 0; time < GUESSES + 1; time += 1) {
      await hangUp(address, 'POST /v2/customers', fields, '{"givenName":');
    }
    const good = await from(app, address).withToken(token).get('/limited/known');
    const next = await guess(from(app, address));

    expect(good.status).toBe(200);
    expect(next.headers.get('ratelimit')).toMatch(/^"failed-authentication";r=17;/);
  });

  it('[P2.1] is what hangs up when the whole request is sent', async () => {
    const address = '198.51.100.79';
    const token = await app.issuer.token({ claims: { sub: 'neighbour-of-the-hasty' } });

    for (let time = 0; time < GUESSES; time += 1) {
      // The database is asked for it, so that the caller has gone before it is known to be a bad one.
      const key = writeKey({ environment: 'live', id: newKeyId(), secret: newSecret() });
      await hangUp(address, 'GET /limited/known', `X-API-Key: ${key}`);
    }

    // The last of them may not be paid yet. A good token costs nothing, so that asking again closes nothing.
    await vi.waitFor(
      async () => {
        const neighbour = await from(app, address).withToken(token).get('/limited/known');
        expect(neighbour.status).toBe(429);
      },
      { timeout: 10_000 },
    );
  });

  it('[P2.1] is paid once by whoever sends along a credential that nobody asked for', async () => {
    const client = from(app, '198.51.100.5');

    const open = await statusesOf(STRANGERS + 1, () => guess(client, '/limited/open'));
    const guesses = await statusesOf(GUESSES + 1, () => guess(client));

    expect(tally(open)).toEqual({ 200: STRANGERS, 429: 1 });
    expect(tally(guesses)).toEqual({ 401: GUESSES, 429: 1 });
  });

  it('[P2.1] counter-proof: without the buckets by address nobody stops a guesser', async () => {
    const careless = await besides({ environment, removal: without('limits by address') });

    const guesses = await statusesOf(100, () => guess(careless.api));

    expect(tally(guesses)).toEqual({ 401: 100 });
    await careless.stop();
  });
});

describe('bad credentials that a browser sends', () => {
  it.each([
    ['do not close an address for the page of another site', 'cross-site', '192.0.2.1', 200],
    ['do not close an address for the page of a neighbour', 'same-site', '192.0.2.2', 200],
    ['close it when they come from the API’s own page', 'same-origin', '192.0.2.3', 429],
    ['close it when nobody but the person sent them', 'none', '192.0.2.4', 429],
  ])('[P2.1] %s', async (_what, site, address, status) => {
    const token = await app.issuer.token({ claims: { sub: `visitor-${site}` } });
    await statusesOf(GUESSES, () => guess(from(app, address, { 'sec-fetch-site': site })));

    const own = await from(app, address).withToken(token).get('/limited/known');

    expect(own.status).toBe(status);
  });
});

describe('log-ins and creations of credentials', () => {
  it('[P2.1] have a strict bucket for each address, and a refusal runs nothing', async () => {
    const client = from(app, '198.51.100.6');
    handlerRuns.logIn = 0;

    const answers = await statusesOf(12, () => client.post('/limited/log-in', undefined));

    expect(tally(answers)).toEqual({ 200: 10, 429: 2 });
    expect(handlerRuns.logIn).toBe(10);
  });

  it('[P2.1] spend it beside the bucket of a known caller, and of bad credentials', async () => {
    const address = '198.51.100.7';
    const known = from(app, address).withToken(await app.issuer.token({ claims: { sub: 'creator' } }));

    const created = await known.post('/limited/credentials', undefined);
    const read = await known.get('/limited/known');
    const bad = await from(app, address).withToken('made.up.token').post('/limited/credentials', undefined);
    const next = await guess(from(app, address));

    expect(created.headers.get('ratelimit')).toMatch(/^"credential-endpoints";r=9;/);
    expect(read.headers.get('x-ratelimit-remaining')).toBe('4998');
    expect([bad.status, bad.headers.get('ratelimit')]).toEqual([401, '"credential-endpoints";r=8;t=240']);
    expect(next.headers.get('ratelimit')).toMatch(/^"failed-authentication";r=18;/);
  });
});

describe('what is never counted', () => {
  it('[P2.1] is the question of an orchestrator, whatever it carries', async () => {
    const address = '198.51.100.8';
    const probe = from(app, address, { authorization: 'Bearer made.up.token' });

    const answers = await statusesOf(40, () => probe.get('/health/live'));
    const heads = await statusesOf(40, () => probe.send('HEAD', '/health/ready'));

    expect(tally([...answers, ...heads])).toEqual({ 200: 80 });
    expect((await guess(from(app, address))).status).toBe(401);
    expect((await from(app, address).get('/limited/open')).headers.get('x-ratelimit-remaining')).toBe('9');
  });

  it('[P2.1] is a preflight', async () => {
    const browser = from(app, '198.51.100.9', {
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
    });

    await statusesOf(40, () => browser.send('OPTIONS', '/v2/customers'));

    expect((await browser.get('/limited/open')).headers.get('x-ratelimit-remaining')).toBe('9');
  });
});

describe('the address that counts', () => {
  const spoof = (attempt: number): Record<string, string> => ({
    'x-forwarded-for': `203.0.113.${attempt}`,
    'x-forwarded-proto': 'https',
    forwarded: `for=203.0.113.${attempt}`,
    'x-real-ip': `203.0.113.${attempt}`,
    'x-client-ip': `203.0.113.${attempt}`,
    'cf-connecting-ip': `203.0.113.${attempt}`,
  });

  it('[P2.1] is the one that connects, whatever the headers claim', async () => {
    let attempt = 0;

    const answers = await statusesOf(30, () =>
      direct.api.get('/limited/open', { headers: spoof((attempt += 1)) }),
    );

    expect(tally(answers)).toEqual({ 200: STRANGERS, 429: 20 });
  });

  it('[P2.1] is the one that the trusted proxy saw, whatever stood in the header before', async () => {
    let attempt = 0;
    const viaProxy = (): Promise<{ status: number }> =>
      from(app, `203.0.113.${(attempt += 1)}, 198.51.100.10`).get('/limited/open');

    const answers = await statusesOf(30, viaProxy);
    const another = await from(app, '198.51.100.11').get('/limited/open');

    expect(tally(answers)).toEqual({ 200: STRANGERS, 429: 20 });
    expect(another.status).toBe(200);
  });

  it('[P2.1] is not changed by the port that some proxies write beside it', async () => {
    let port = 50_000;

    const answers = await statusesOf(30, () =>
      from(app, `198.51.100.12:${(port += 1)}`).get('/limited/open'),
    );

    expect(tally(answers)).toEqual({ 200: STRANGERS, 429: 20 });
  });

  it('[P2.1] is the network of a subscriber with IPv6', async () => {
    let host = 0;

    const answers = await statusesOf(30, () =>
      from(app, `2001:db8:1:2:${(host += 1)}::1`).get('/limited/open'),
    );
    const neighbour = await from(app, '2001:db8:1:3::1').get('/limited/open');

    expect(tally(answers)).toEqual({ 200: STRANGERS, 429: 20 });
    expect(neighbour.status).toBe(200);
  });

  it('[P2.1] counter-proof: who believes everybody counts a new stranger each time', async () => {
    const careless = await besides({ environment, removal: without('list of trusted proxies') });
    let attempt = 0;

    const answers = await statusesOf(30, () =>
      careless.api.get('/limited/open', { headers: spoof((attempt += 1)) }),
    );

    expect(tally(answers)).toEqual({ 200: 30 });
    await careless.stop();
  });
});
