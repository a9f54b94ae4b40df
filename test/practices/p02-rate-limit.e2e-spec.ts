import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import {
  BEHIND_PROXY,
  from,
  handlerRuns,
  LimitedModule,
  newAddress,
  statusesOf,
  tally,
} from '../support/limited-routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: one caller asks for everything there is. As a stranger, through doors that nobody
 * counts; as a known caller, at every route in turn; and with many credentials at once.
 */

const SUBJECT_LIMIT = 30;
const environment = {
  ...BEHIND_PROXY,
  RATE_LIMIT_ANONYMOUS: undefined,
  RATE_LIMIT_SUBJECT: `${SUBJECT_LIMIT}/hour`,
  RATE_LIMIT_PLANS: 'small=5/hour,large=50/hour',
  API_KEY_DEFAULT_RATE_PLAN: 'small',
};

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment, modules: [LimitedModule] });
});
afterAll(() => app.stop());

/** A known caller at an address of its own, or at a given one. */
const caller = async (sub: string, address = newAddress(), instance = app): Promise<ApiClient> =>
  from(instance, address).withToken(await instance.issuer.token({ claims: { sub } }));

describe('a stranger', () => {
  it('[P2.1] gets sixty answers an hour, and the sixty-first is a refusal that runs nothing', async () => {
    const stranger = from(app, newAddress());
    handlerRuns.open = 0;

    const admitted = await statusesOf(60, () => stranger.get('/limited/open'));
    const refused = await stranger.get('/limited/open');

    expect(tally(admitted)).toEqual({ 200: 60 });
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limit.exceeded']);
    expect(handlerRuns.open).toBe(60);
    expect(app.log.events(refused.requestId)).toMatchObject([
      { securityEvent: 'excess_rate_limit_exceeded', limit: 'anonymous' },
    ]);
  });

  const forged = { authorization: 'Bearer made.up.token' };
  const doors: [string, (stranger: ApiClient) => Promise<ApiResponse>][] = [
    ['a route that asks for a credential', (stranger) => stranger.get('/v2/customers')],
    ['a route that does not exist', (stranger) => stranger.get('/nowhere')],
    ['a method that does not exist', (stranger) => stranger.send('PROPFIND', '/v2/customers')],
    ['HEAD', (stranger) => stranger.send('HEAD', '/limited/open')],
    ['OPTIONS that is no preflight', (stranger) => stranger.send('OPTIONS', '/v2/customers')],
    ['a body that is no JSON', (stranger) => stranger.send('POST', '/v2/customers', { raw: '{"a":' })],
    [
      'another content type',
      (stranger) => stranger.send('POST', '/v2/customers', { raw: 'a', headers: { 'content-type': 'a/b' } }),
    ],
    [
      'a body that is too large',
      (stranger) => stranger.send('POST', '/v2/customers', { raw: 'x'.repeat(70_000) }),
    ],
    [
      'a made-up credential on an open route',
      (stranger) => stranger.get('/limited/open', { headers: forged }),
    ],
    [
      'a made-up credential on no route',
      (stranger) => stranger.get(`/nowhere?${randomUUID()}`, { headers: forged }),
    ],
  ];

  it.each(doors)('[P2.1] is counted at every door alike: %s', async (_door, knock) => {
    const stranger = from(app, newAddress());
    await statusesOf(59, () => stranger.get('/limited/open'));

    const last = await knock(stranger);
    const refused = await knock(stranger);

    expect(last.status).not.toBe(429);
    expect(refused.status).toBe(429);
  });

  it('[P2.1] spends the same bucket with all of two hundred requests at once', async () => {
    const stranger = from(app, newAddress());

    const answers = await Promise.all(
      Array.from({ length: 200 }, () => stranger.get('/limited/open').then(({ status }) => status)),
    );

    expect(tally(answers)).toEqual({ 200: 60, 429: 140 });
  });

  it('[P2.1] gets one more after each minute, and never more than sixty', async () => {
    const later = await createTestApp({ environment, modules: [LimitedModule], besides: app });
    const stranger = from(later, newAddress());
    await statusesOf(60, () => stranger.get('/limited/open'));

    later.clock.advanceSeconds(120);
    const afterTwoMinutes = await statusesOf(4, () => stranger.get('/limited/open'));
    later.clock.advanceSeconds(24 * 3600);
    const nextDay = await statusesOf(70, () => stranger.get('/limited/open'));

    expect(afterTwoMinutes).toEqual([200, 200, 429, 429]);
    expect(tally(nextDay)).toEqual({ 200: 60, 429: 10 });
    await later.stop();
  });

  it('[P2.1] has another bucket for pages, so that reading them does not use up the API', async () => {
    const reader = from(app, newAddress());
    await statusesOf(61, () => reader.get('/limited/page'));

    expect((await reader.get('/limited/page')).headers.get('ratelimit-policy')).toContain('"documentation"');
    expect((await reader.get('/limited/open')).headers.get('x-ratelimit-remaining')).toBe('59');
  });
});

describe('a known caller', () => {
  it('[P2.1] has one bucket for all routes and addresses', async () => {
    const [here, there] = [await caller('busy'), await caller('busy')];

    const answers = [
      ...(await statusesOf(10, () => here.get('/v2/customers'))),
      ...(await statusesOf(10, () => there.get('/v1/customers'))),
      ...(await statusesOf(11, () => there.get('/limited/known'))),
    ];

    expect(tally(answers)).toEqual({ 200: SUBJECT_LIMIT, 429: 1 });
    expect((await here.get('/v2/customers')).body.code).toBe('rate_limit.exceeded');
  });

  it('[P2.1] does not use up the share of another one behind the same address', async () => {
    const office = newAddress();
    const [busy, quiet] = [await caller('loud', office), await caller('quiet', office)];
    await statusesOf(SUBJECT_LIMIT + 50, () => busy.get('/v2/customers'));

    const { status, headers } = await quiet.get('/v2/customers');

    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([200, String(SUBJECT_LIMIT - 1)]);
  });

  it('[P2.1] is not the one of the same name in another tenant', async () => {
    const acme = await caller('namesake');
    await statusesOf(SUBJECT_LIMIT, () => acme.get('/v2/customers'));
    const token = await app.issuer.token({ claims: { sub: 'namesake', tenant: 'globex' } });

    const globex = await from(app, newAddress()).withToken(token).get('/v2/customers');

    expect(globex.status).toBe(200);
  });

  it('[P2.1] pays for calls that are refused later, too', async () => {
    const reader = await caller('curious');
    await statusesOf(SUBJECT_LIMIT, () => reader.get('/v2/customers/not-an-id'));

    expect((await reader.get('/v2/customers')).status).toBe(429);
  });

  it('[P2.1] pays what a dear call costs', async () => {
    const spender = await caller('spender');

    const answers = await statusesOf(4, () => spender.get('/limited/dear'));
    const cheap = await spender.get('/limited/known');

    expect(answers).toEqual([200, 200, 200, 429]);
    expect(cheap.status).toBe(429);
  });
});

describe('a credential with a plan', () => {
  const withKey = (key: string): ApiClient => from(app, newAddress(), { 'x-test-key': key });

  it('[P2.1] has the rate of its plan, in a bucket of its own', async () => {
    const [small, sibling, large] = [withKey('small.k1'), withKey('small.k2'), withKey('large.k3')];

    const answers = await Promise.all(
      [small, sibling, large].map((key) => statusesOf(55, () => key.get('/limited/known'))),
    );

    expect(answers.map(tally)).toEqual([
      { 200: 5, 429: 50 },
      { 200: 5, 429: 50 },
      { 200: 50, 429: 5 },
    ]);
  });

  it('[P2.1] has the rate of strangers when nobody knows its plan, whatever it is called', async () => {
    const { headers } = await withKey('never"heard.k4').get('/limited/known');

    expect(headers.get('x-ratelimit-limit')).toBe('60');
    expect(headers.get('ratelimit-policy')).toBe('"plan-unknown";q=60;w=3600');
  });
});

describe('counter-proofs', () => {
  it('[P2.1] counter-proof: the default storage counts each handler, and a whole office as one', async () => {
    const careless = await createTestApp({
      environment,
      modules: [LimitedModule],
      besides: app,
      removal: without('buckets by caller'),
    });
    const [busy, colleague] = await Promise.all(
      ['busy', 'colleague'].map((sub) => caller(sub, '203.0.113.1', careless)),
    );

    const list = await statusesOf(SUBJECT_LIMIT + 1, () => (busy as ApiClient).get('/v2/customers'));
    const known = await statusesOf(SUBJECT_LIMIT, () => (busy as ApiClient).get('/limited/known'));
    const innocent = await (colleague as ApiClient).get('/v2/customers');

    expect(tally([...list, ...known])[200]).toBe(2 * SUBJECT_LIMIT);
    expect(innocent.status).not.toBe(200);
    await careless.stop();
  });

  it('[P2.1] counter-proof: a guard alone never hears of the doors before it', async () => {
    const careless = await createTestApp({
      environment,
      besides: app,
      removal: without('limits by address'),
    });

    const answers = await statusesOf(200, () => from(careless, '203.0.113.2').get('/nowhere'));

    expect(tally(answers)).toEqual({ 404: 200 });
    await careless.stop();
  });
});
