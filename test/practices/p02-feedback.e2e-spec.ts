import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import {
  BEHIND_PROXY,
  from,
  LimitedModule,
  newAddress,
  statusesOf,
  tally,
} from '../support/limited-routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack is not meant as one: a client that does not know where it stands asks again and
 * again, and a client that is told a wrong time comes back too early, for ever.
 */

const environment = {
  ...BEHIND_PROXY,
  RATE_LIMIT_ANONYMOUS: '60/hour burst 3',
  RATE_LIMIT_SUBJECT: '100/minute burst 7',
  RATE_LIMIT_FAILED_AUTHENTICATION: '60/hour burst 20',
};

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment, modules: [LimitedModule] });
});
afterAll(() => app.stop());

const caller = async (sub: string): Promise<ApiClient> =>
  from(app, newAddress()).withToken(await app.issuer.token({ claims: { sub } }));

const fieldsOf = ({ headers }: ApiResponse): Record<string, string | null> =>
  Object.fromEntries(
    ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'ratelimit', 'ratelimit-policy'].map(
      (name) => [name, headers.get(name)],
    ),
  );

describe('a counted answer', () => {
  it('[P2.3] says how much there is, how much is left, and when all of it is back', async () => {
    const stranger = from(app, newAddress());
    const now = app.clock.nowMilliseconds() / 1000;

    const [first, second] = [await stranger.get('/limited/open'), await stranger.get('/limited/open')];

    expect(fieldsOf(first)).toEqual({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': String(Math.ceil(now + 60)),
      ratelimit: '"anonymous";r=2;t=60',
      'ratelimit-policy': '"anonymous";q=3;w=180',
    });
    expect(fieldsOf(second)).toMatchObject({
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': String(Math.ceil(now + 120)),
      ratelimit: '"anonymous";r=1;t=120',
    });
    expect(first.headers.has('retry-after')).toBe(false);
  });

  const bad = { authorization: 'Bearer made.up.token' };
  const answers: [number, string, (known: ApiClient, stranger: ApiClient) => Promise<ApiResponse>][] = [
    [200, 'subject', (known) => known.get('/limited/known')],
    [200, 'subject', (known) => known.send('HEAD', '/limited/known')],
    [400, 'subject', (known) => known.get('/v2/customers/not-an-id')],
    [401, 'anonymous', (_known, stranger) => stranger.get('/limited/known')],
    [401, 'failed-authentication', (_known, stranger) => stranger.get('/limited/known', { headers: bad })],
    [403, 'subject', (known) => known.post('/limited/credentials', undefined)],
    [404, 'anonymous', (known) => known.get('/nowhere')],
    [
      413,
      'failed-authentication',
      (known) => known.send('POST', '/v2/customers', { raw: 'x'.repeat(70_000) }),
    ],
    [
      415,
      'failed-authentication',
      (known) => known.send('POST', '/v2/customers', { raw: 'a', headers: { 'content-type': 'a/b' } }),
    ],
    [500, 'subject', (known) => known.get('/limited/broken')],
  ];

  it.each(answers)('[P2.3] with status %i says so, too, of the bucket %s', async (status, bucket, ask) => {
    const token = await app.issuer.token({
      claims: { sub: `known-${randomUUID()}`, scope: 'customers:read' },
    });
    const stranger = from(app, newAddress());

    const answer = await ask(stranger.withToken(token), stranger);

    expect(answer.status).toBe(status);
    expect(Object.values(fieldsOf(answer))).not.toContain(null);
    expect(answer.headers.get('ratelimit-policy')).toContain(`"${bucket}";q=`);
  });

  it('[P2.3] of a bucket that fills up within a second says the next one', async () => {
    const { headers } = await (await caller('quick')).get('/limited/known');

    expect(headers.get('ratelimit')).toBe('"subject";r=6;t=1');
    expect(headers.get('ratelimit-policy')).toBe('"subject";q=7;w=5');
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThanOrEqual(
      app.clock.nowMilliseconds() / 1000 + 0.6,
    );
  });

  it('[P2.3] has no field twice, and none with the name of a limiter in it', async () => {
    const { headers } = await (await caller('tidy')).get('/limited/known');

    const names = [...headers.keys()].filter((name) => /rate|retry|throttl/.test(name));

    expect(names.toSorted()).toEqual([
      'ratelimit',
      'ratelimit-policy',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
    ]);
  });
});

describe('a refusal', () => {
  it('[P2.3] is a problem document, and waiting as long as it says is enough', async () => {
    const stranger = from(app, newAddress());
    await statusesOf(3, () => stranger.get('/limited/open'));
    app.clock.advanceSeconds(12.4);

    const refused = await stranger.get('/limited/open');
    const retryAfter = Number(refused.headers.get('retry-after'));
    app.clock.advanceSeconds(retryAfter - 1);
    const tooEarly = await stranger.get('/limited/open');
    app.clock.advanceSeconds(1);
    const inTime = await stranger.get('/limited/open');

    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({ status: 429, code: 'rate_limit.exceeded' });
    expect(retryAfter).toBe(48);
    expect([tooEarly.status, inTime.status]).toEqual([429, 200]);
    expect(fieldsOf(refused)).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '3' });
  });

  it.each([
    ['a known caller', '/limited/known', 7],
    ['a call that is dearer than the whole bucket', '/limited/dear', 1],
  ])('[P2.3] tells the time at which it ends: %s', async (_who, path, affordable) => {
    const known = await caller(`waiting-${affordable}`);
    await statusesOf(affordable, () => known.get(path));

    const refused = await known.get(path);
    app.clock.advanceSeconds(Number(refused.headers.get('retry-after')));
    const admitted = await known.get(path);

    expect([refused.status, admitted.status]).toEqual([429, 200]);
  });

  it('[P2.3] of an address that guessed tells the time after which its tokens are looked at', async () => {
    const address = newAddress();
    const token = await app.issuer.token({ claims: { sub: 'patient' } });
    await statusesOf(20, () => from(app, address).withToken('made.up.token').get('/limited/known'));

    const refused = await from(app, address).withToken(token).get('/limited/known');
    app.clock.advanceSeconds(Number(refused.headers.get('retry-after')));
    const admitted = await from(app, address).withToken(token).get('/limited/known');

    expect([refused.status, admitted.status]).toEqual([429, 200]);
  });

  it('[P2.3] makes one event a minute for its bucket, however many there are', async () => {
    const known = await caller('flooding');
    const excesses = (): Record<string, unknown>[] =>
      app.log.all.filter(
        (line) => line['securityEvent'] === 'excess_rate_limit_exceeded' && line['subject'] === 'flooding',
      );

    const refused = await statusesOf(50, () => known.get('/limited/known'));
    const during = excesses().length;
    app.clock.advanceSeconds(60);
    await statusesOf(50, () => known.get('/limited/known'));

    expect(tally(refused)).toEqual({ 200: 7, 429: 43 });
    expect([during, excesses().length]).toEqual([1, 2]);
    expect(excesses()[0]).toMatchObject({
      limit: 'subject',
      method: 'GET',
      route: '/limited/known',
      tenantId: 'acme',
      clientId: 'test-client',
      requestId: expect.any(String) as string,
      address: expect.stringMatching(/^198\.18\.0\.\d+$/) as string,
    });
  });

  it('[P2.3] counter-proof: without Retry-After nobody can know when to come back', async () => {
    const careless = await createTestApp({
      environment,
      modules: [LimitedModule],
      besides: app,
      removal: without('announced waits'),
    });
    const stranger = from(careless, newAddress());

    const answers = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      answers.push(await stranger.get('/limited/open'));
    }

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.at(-1)?.headers.get('retry-after')).toBeNull();
    await careless.stop();
  });
});
