import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';
import { without } from '../support/without.js';

/*
 * The attack: time. Clients of the old version notice its end when everything stops, or its end
 * never comes, and the version that nobody mends any more stays open for ever.
 */

const ANNOUNCED = '2026-03-01';
const SUNSET = '2027-06-30';
const DATES = { API_V1_DEPRECATED_ON: ANNOUNCED, API_V1_SUNSET_ON: SUNSET };
const UNKNOWN_ID = '018f4d3a-0000-7000-8000-000000000000';
const GUIDE = '/changelog/guides/v1-to-v2';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({
    environment: DATES,
    clock: new TestClock(`${ANNOUNCED}T00:00:00Z`),
  });
});
afterAll(() => app.stop());

const tokenAt = (now: number, claims: Record<string, unknown> = {}): Promise<string> =>
  app.issuer.token({ claims: { iat: now, exp: now + 600, ...claims } });

/** A caller at a moment of the application's time. */
async function at(moment: string, claims: Record<string, unknown> = {}): Promise<ApiClient> {
  app.clock.moveTo(moment);
  return app.api.withToken(await tokenAt(app.clock.nowSeconds(), claims));
}

const told = ({ headers }: ApiResponse) => ['deprecation', 'sunset', 'link'].map((name) => headers.get(name));

const linkTo = (successor: string): string =>
  `<${GUIDE}>; rel="deprecation", <${GUIDE}>; rel="sunset", <${successor}>; rel="successor-version"`;

describe('two versions over one model', () => {
  it('[P5.1] show what either of them wrote, each in its own shape', async () => {
    const alice = await at(`${ANNOUNCED}T00:00:00Z`);
    const { fullName: _none, ...rest } = { fullName: '', ...aCustomer() } as Record<string, string>;
    const { givenName, familyName } = rest;

    const { body: made } = await alice.post('/v2/customers', rest);
    const { body: old } = await alice.get(`/v1/customers/${made.id}`);
    const { body: changed } = await alice.patch(`/v1/customers/${made.id}`, {
      fullName: 'Ada King Lovelace',
    });
    const { body: now } = await alice.get(`/v2/customers/${made.id}`);

    expect(old.fullName).toBe(`${givenName} ${familyName}`);
    expect(old).not.toHaveProperty('givenName');
    expect(changed.fullName).toBe('Ada King Lovelace');
    expect(now).toMatchObject({ givenName: 'Ada King', familyName: 'Lovelace', email: rest['email'] });
  });

  it('[P5.1] are the only ones: another, or none, is an unknown route', async () => {
    const alice = await at(`${ANNOUNCED}T00:00:00Z`);

    for (const path of [
      '/customers',
      '/v0/customers',
      '/v3/customers',
      '/v/customers',
      '/V1/customers',
      '/v01/customers',
    ]) {
      expect((await alice.get(path)).status, path).toBe(404);
    }
  });

  it('[P5.1] counter-proof: a route of a version that nobody declared stops the start', async () => {
    @Controller({ path: 'customers', version: '7' })
    class StrayController {
      @Get()
      @RequireScopes('customers:read')
      list(): [] {
        return [];
      }
    }
    @Module({ controllers: [StrayController] })
    class StrayModule {}

    await expect(createTestApp({ besides: app, modules: [StrayModule] })).rejects.toThrow(
      '/v7/customers belongs to no version',
    );
  });
});

describe('a deprecated version', () => {
  it('[P5.2] says nothing before its announcement', async () => {
    const alice = await at('2026-02-28T23:59:59Z');

    expect(told(await alice.get('/v1/customers'))).toEqual([null, null, null]);
  });

  it('[P5.2] tells since when, until when and where to go, with the same resource of the successor', async () => {
    const alice = await at(`${ANNOUNCED}T00:00:00Z`);
    const { body: made } = await alice.post('/v2/customers', aCustomer());

    const one = await alice.get(`/v1/customers/${made.id}`);
    const list = await alice.get('/v1/customers?page=2&status=active');

    expect([one.status, list.status]).toEqual([200, 200]);
    expect(told(one)).toEqual([
      `@${Date.parse(ANNOUNCED) / 1000}`,
      'Wed, 30 Jun 2027 00:00:00 GMT',
      linkTo(`/v2/customers/${made.id}`),
    ]);
    // Not the query: another version may mean something else by the same words.
    expect(told(list)[2]).toBe(linkTo('/v2/customers'));
  });

  it('[P5.2] tells it with every kind of answer, refusals of every layer among them', async () => {
    const alice = await at('2026-12-24T12:00:00Z');
    const answers = {
      'not found': alice.get(`/v1/customers/${UNKNOWN_ID}`),
      'bad input': alice.get('/v1/customers/x'),
      'no credential': app.api.get('/v1/customers'),
      'bad credential': app.api.withToken('x').get('/v1/customers'),
      'no scope': at('2026-12-24T12:00:00Z', { scope: '' }).then((caller) => caller.get('/v1/customers')),
      'wrong media type': alice.send('POST', '/v1/customers', {
        raw: 'x',
        headers: { 'content-type': 'text/plain' },
      }),
      created: alice.post('/v1/customers', { fullName: 'Ada Lovelace', email: `a${Date.now()}@example.com` }),
    };

    for (const [kind, answer] of Object.entries(answers)) {
      expect(told(await answer), kind).toEqual([
        expect.stringMatching(/^@\d+$/),
        expect.stringContaining('2027'),
        expect.stringContaining('rel="successor-version"'),
      ]);
    }
  });

  it('[P5.2] is named by no answer of the current one', async () => {
    const alice = await at('2026-12-24T12:00:00Z');

    expect(told(await alice.get('/v2/customers'))).toEqual([null, null, null]);
  });

  it.each([
    [
      'ends the link',
      '/v1/customers/a>;rel=x,<https:%2f%2fevil.example>"<>',
      '/v2/customers/a%3E%3Brel%3Dx%2C%3Chttps%3A%2F%2Fevil.example%3E%22%3C%3E',
    ],
    [
      'names another host',
      '/v1/customers/..\\..\\..\\\\evil.example\\x',
      '/v2/customers/..%5C..%5C..%5C%5Cevil.example%5Cx',
    ],
    ['spells the version otherwise', '/%76%31/customers', '/v2/customers'],
    ['steps upwards', '/v1/customers/%2e%2e', null],
    ['steps nowhere', '/v1/customers/%2E', null],
  ])(
    '[P5.2] links to the successor and to nothing else when the path %s',
    async (_what, target, successor) => {
      for (const moment of ['2026-12-24T12:00:00Z', `${SUNSET}T00:00:00Z`]) {
        await at(moment);

        // Written by hand: a client library would mend the path.
        const answer = await sendRaw(
          app.url,
          `GET ${target} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n`,
        );

        const link = /<([^>]*)>; rel="successor-version"/.exec(/^Link: (.*)$/im.exec(answer)?.[1] ?? '');
        expect(link?.[1] ?? null).toBe(successor);
        expect(answer).not.toContain('evil.example>');
        expect(answer).toMatch(/^Link: <[^>]*>; rel="deprecation", <[^>]*>; rel="sunset"/im);
      }
    },
  );

  it('[P5.2] after its sunset answers 410 to everybody, and names successor and guide', async () => {
    const alice = await at(`${SUNSET}T00:00:00Z`);

    for (const caller of [alice, app.api]) {
      const response = await caller.get(`/v1/customers/${UNKNOWN_ID}`);

      expect(response.status).toBe(410);
      expect(response.body).toMatchObject({
        type: '/problems/version.gone',
        successor: `/v2/customers/${UNKNOWN_ID}`,
        guide: GUIDE,
        sunset: '2027-06-30T00:00:00.000Z',
      });
      expect(told(response)[1]).toContain('2027');
    }
  });

  it('[P5.2] after its sunset neither reads nor writes, until the last second does both', async () => {
    const caller = await at('2027-06-29T23:59:59Z', { tenant: 'sunset' });
    const body = { fullName: 'Ada Lovelace', email: 'ada@example.com' };
    expect((await caller.post('/v1/customers', body)).status).toBe(201);

    const late = await at(`${SUNSET}T00:00:00Z`, { tenant: 'sunset' });
    const refused = await late.post('/v1/customers', { ...body, email: 'late@example.com' });
    const { body: list } = await late.get('/v2/customers');

    expect(refused.status).toBe(410);
    expect(list.data.map(({ email }: { email: string }) => email)).toEqual(['ada@example.com']);
  });

  it('[P5.2] is gone as a whole: 410 also where it never had a route, while other unknown paths are 404', async () => {
    const alice = await at(`${SUNSET}T00:00:00Z`);

    for (const path of ['/v1/anything', '/v1/customers/', '/%76%31/anything', '/v1']) {
      const response = await alice.get(path);
      expect(response.status, path).toBe(410);
      expect(told(response)[1], path).toContain('2027');
    }
    expect((await alice.get('/v2/anything')).status).toBe(404);
    expect((await alice.get('/v10/customers')).status).toBe(404);
  });

  it('[P5.2] leaves a client that calls on, with a good credential, its place in the successor', async () => {
    const strict = { ...DATES, RATE_LIMIT_FAILED_AUTHENTICATION: '3/hour', RATE_LIMIT_ANONYMOUS: '5/hour' };
    const clock = new TestClock(`${SUNSET}T00:00:00Z`);
    const limited = await createTestApp({ besides: app, clock, environment: strict });
    const alice = limited.api.withToken(await tokenAt(clock.nowSeconds()));

    const late: number[] = [];
    for (let calls = 0; calls < 7; calls += 1) {
      late.push((await alice.get('/v1/customers')).status);
    }
    const { status } = await alice.get('/v2/customers');

    expect(late).toEqual([410, 410, 410, 410, 410, 429, 429]);
    expect(status).toBe(200);
    await limited.stop();
  });

  it('[P5.2] goes on answering preflights, so that a page can read the 410', async () => {
    await at(`${SUNSET}T00:00:00Z`);

    const { status } = await app.api.send('OPTIONS', '/v1/customers', {
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    });

    expect(status).toBe(204);
    expect((await app.api.send('OPTIONS', '/v1/customers')).status).toBe(410);
  });

  it('[P5.2] counter-proof: without the headers nobody is told, without the refusal the end never comes', async () => {
    const silent = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: DATES,
      removal: without('deprecation headers'),
    });
    const endless = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: DATES,
      removal: without('sunset refusal'),
    });
    const token = (moment: string): Promise<string> => {
      app.clock.moveTo(moment);
      return tokenAt(app.clock.nowSeconds());
    };

    const unaware = await silent.api.withToken(await token('2026-12-24T12:00:00Z')).get('/v1/customers');
    const late = await endless.api.withToken(await token('2030-01-01T00:00:00Z')).get('/v1/customers');

    expect(told(unaware)).toEqual([null, null, null]);
    expect(late.status).toBe(200);
    await silent.stop();
    await endless.stop();
  });
});
