import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResponse } from '../support/api-client.js';
import { BrowserWorld } from '../support/browser-world.js';
import { hasChromium } from '../support/chromium.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';

/*
 * The attack: a log-in that proves too little. The issuer has remembered somebody for weeks at a desk where another
 * one sits now; a password alone was enough where two factors were wanted; or nobody wanted to log in at all, and
 * another site has sent the browser here.
 */

const SECOND_FACTOR = 'https://id.example/acr/second-factor';

let issuer: SessionIssuer;
let app: TestApp;
let demanding: TestApp;

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, environment: SESSION_ENVIRONMENT });
  demanding = await createTestApp({
    besides: app,
    clock: app.clock,
    environment: {
      ...SESSION_ENVIRONMENT,
      SESSION_LOG_IN_MAX_AGE_MINUTES: '60',
      SESSION_ACR_VALUES: `${SECOND_FACTOR},urn:stronger`,
    },
  });
});
afterEach(() => issuer.behave());
afterAll(async () => {
  await demanding.stop();
  await app.stop();
});

const secondsAgo = (seconds: number): number => app.clock.nowSeconds() - seconds;
const logIn = (target: TestApp, claims: Record<string, unknown>): Promise<ApiResponse> => {
  issuer.idTokenClaims = claims;
  return new TestBrowser(target).logIn();
};
const begin = async (target: TestApp, headers: Record<string, string>): Promise<URLSearchParams> => {
  const begun = await target.api.get('/auth/login', { headers });
  return new URL(begun.headers.get('location') ?? '').searchParams;
};

describe('a log-in where the operator demands more', () => {
  it('[P1.2] asks the issuer for it', async () => {
    const asked = await begin(demanding, {});

    expect(asked.get('max_age')).toBe('3600');
    expect(asked.get('acr_values')).toBe(`${SECOND_FACTOR} urn:stronger`);
  });

  it('[P1.2] begins a session for who has proven enough, not long ago', async () => {
    const completed = await logIn(demanding, { auth_time: secondsAgo(600), acr: SECOND_FACTOR });

    expect(completed.status).toBe(303);
    expect(completed.headers.getSetCookie().join()).toContain('__Host-session=');
  });

  it.each([
    ['who has proven it too long ago', { acr: SECOND_FACTOR }, 4000, 'oauth_jwt_timestamp_check_failed'],
    ['without a word of when', { acr: SECOND_FACTOR }, null, 'oauth_invalid_response'],
    ['with one factor only', { acr: 'urn:password' }, 10, 'insufficient_assurance'],
    ['without a word of how', {}, 10, 'insufficient_assurance'],
    ['with a list in place of a word', { acr: [SECOND_FACTOR] }, 10, 'insufficient_assurance'],
  ])('[P1.2] is refused to somebody %s', async (_what, claims, age, reason) => {
    const refused = await logIn(demanding, {
      ...claims,
      ...(age === null ? {} : { auth_time: secondsAgo(age) }),
    });

    expect(refused).toMatchObject({ status: 400, body: { code: 'session.log_in_failed' } });
    expect(refused.headers.getSetCookie().join()).not.toContain('__Host-session=');
    expect(demanding.log.events(refused.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'authn_login_fail', reason }),
    );
  });

  it('[P1.2] leaves nothing granted at the issuer when it proves too little', async () => {
    const before = issuer.revocations.length;

    await logIn(demanding, { auth_time: secondsAgo(10), acr: 'urn:password' });

    expect(issuer.revocations.length).toBe(before + 1);
  });

  it('[P1.2] counter-proof: where nobody demands it, an old log-in with one factor begins a session', async () => {
    const completed = await logIn(app, { auth_time: secondsAgo(86_400), acr: 'urn:password' });

    expect(completed.headers.getSetCookie().join()).toContain('__Host-session=');
  });
});

describe('a log-in that nobody has asked for', () => {
  it.each([
    ['a link of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a browser that does not say', {}],
    ['something else', { 'sec-fetch-site': 'none, cross-site' }],
  ])('[P1.2] ends at the issuer, which asks who is there: %s', async (_what, headers) => {
    expect((await begin(app, headers)).get('prompt')).toBe('login');
  });

  it.each(['same-origin', 'same-site', 'none'])('[P1.2] is none when it comes from %s', async (site) => {
    expect((await begin(app, { 'sec-fetch-site': site })).get('prompt')).toBeNull();
  });
});

describe.skipIf(!hasChromium)('in Chromium, somebody whom the provider remembers', () => {
  let world: BrowserWorld;
  let page: Page;

  beforeAll(async () => {
    world = await BrowserWorld.start();
    page = await (await world.newContext()).newPage();
    await world.logIn(page, 'alice');
    await page.context().clearCookies({ name: '__Host-session' });
  });
  afterAll(() => world.stop());

  it('[P1.2] is asked again when another site sends them to the log-in', async () => {
    await page.goto(world.hostilePageAt('evil.localhost'));
    await page.evaluate(`location.href = '${world.apiOrigin}/auth/login'`);

    await page.waitForSelector('input[name=password]');
  });

  it('[P1.2] counter-proof: without being asked they are logged in, as by the address bar', async () => {
    await page.goto(`${world.apiOrigin}/auth/login`);

    await page.waitForSelector('#person:not([hidden])');
  });
});
