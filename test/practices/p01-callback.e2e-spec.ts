import { generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SessionIssuer } from '../support/session-issuer.js';
import { storedSessions } from '../support/stored-sessions.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { PUBLIC_ORIGIN, SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a link, a swapped or repeated answer or an issuer of somebody else's is to log a victim in as the
 * attacker, or the attacker in as the victim.
 */

let issuer: SessionIssuer;
let app: TestApp;

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, environment: SESSION_ENVIRONMENT });
});
afterEach(() => issuer.behave());
afterAll(() => app.stop());

const newBrowser = (): TestBrowser => new TestBrowser(app);

describe('a callback', () => {
  const answerOf = (path: string): URLSearchParams => new URL(path, PUBLIC_ORIGIN).searchParams;

  /** Opens it and says what became of it. */
  const refusalOf = async (browser: TestBrowser, path: string): Promise<unknown> => {
    const completed = await browser.open(path);
    expect(completed.status).toBe(400);
    expect(completed.body).toMatchObject({ code: 'session.log_in_failed' });
    expect(browser.secret).toBe('');
    return app.log
      .events(completed.requestId)
      .find(({ securityEvent }) => securityEvent === 'authn_login_fail');
  };

  it('[P1.2] of a log-in that somebody else began logs nobody in (log-in CSRF)', async () => {
    const link = await newBrowser().beginLogIn();
    const victim = newBrowser();
    await victim.open('/auth/login');

    expect(await refusalOf(victim, link)).toMatchObject({ reason: 'unknown_log_in' });
  });

  it('[P1.2] counter-proof: without the binding to the browser the victim is logged in as the attacker', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      removal: without('log-in binding'),
      environment: SESSION_ENVIRONMENT,
    });
    issuer.person = { sub: 'attacker' };
    const link = await new TestBrowser(open).beginLogIn();
    const victim = new TestBrowser(open);

    await victim.open(link);

    expect((await victim.page.get('/auth/session')).body).toMatchObject({ subject: 'attacker' });
    await open.stop();
  });

  it('[P1.2] with a swapped state is refused', async () => {
    const browser = newBrowser();
    const [mine, other] = [await browser.beginLogIn(), await newBrowser().beginLogIn()];
    const swapped = answerOf(other);
    swapped.set('state', answerOf(mine).get('state') ?? '');

    // The code belongs to another log-in, whose PKCE verifier this browser does not have.
    expect(await refusalOf(browser, `/auth/callback?${swapped.toString()}`)).toMatchObject({
      reason: 'invalid_grant',
    });
  });

  it('[P1.2] that comes twice begins no second session', async () => {
    issuer.person = { sub: 'replayed' };
    const browser = newBrowser();
    const path = await browser.beginLogIn();
    const thief = browser.copy();
    await browser.open(path);

    expect(await refusalOf(thief, path)).toMatchObject({ reason: 'invalid_grant' });
    expect(await refusalOf(new TestBrowser(app), path)).toMatchObject({ reason: 'unknown_log_in' });
  });

  it('[P1.2] that comes twice begins no second session even when the issuer takes codes twice', async () => {
    issuer.isLax = true;
    issuer.person = { sub: 'replayed-laxly' };
    const browser = newBrowser();
    const path = await browser.beginLogIn();
    const thief = browser.copy();
    await browser.open(path);

    expect(await refusalOf(thief, path)).toMatchObject({ reason: 'replayed_answer' });
    expect(await storedSessions(app.database, 'replayed-laxly')).toHaveLength(1);
    expect((await browser.page.get('/auth/session')).status).toBe(200);
  });

  it.each([
    [
      'another issuer (mix-up, RFC 9207)',
      (answer: URLSearchParams) => answer.set('iss', 'https://evil.example'),
    ],
    ['no issuer at all', (answer: URLSearchParams) => answer.delete('iss')],
    ['an invented code', (answer: URLSearchParams) => answer.set('code', 'invented')],
    ['no code', (answer: URLSearchParams) => answer.delete('code')],
    ['an unknown state', (answer: URLSearchParams) => answer.set('state', 'x'.repeat(43))],
  ])('[P1.2] with %s is refused', async (_what, bend) => {
    issuer.bend = bend;
    const browser = newBrowser();

    await refusalOf(browser, await browser.beginLogIn());
  });

  it.each([
    ['of another nonce', { nonce: 'another' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another-client' }],
    ['that has expired', { exp: 1 }],
  ])('[P1.2] with an ID token %s is refused', async (_what, claims) => {
    issuer.idTokenClaims = claims;
    const browser = newBrowser();

    await refusalOf(browser, await browser.beginLogIn());
  });

  it('[P1.2] with an ID token that somebody else has signed is refused', async () => {
    issuer.idTokenKey = (await generateKeyPair('RS256')).privateKey;
    const browser = newBrowser();

    await refusalOf(browser, await browser.beginLogIn());
  });

  it.each([
    ['for another API', { aud: 'https://other.example' }, 'access_token_audience'],
    ['of no tenant', { tenant: undefined }, 'access_token_tenant'],
    ['that lives an hour', { exp: Math.floor(Date.now() / 1000) + 3600 }, 'access_token_lifetime_too_long'],
  ])('[P1.2] with an access token %s is refused', async (_what, claims, reason) => {
    issuer.person = claims;
    const browser = newBrowser();

    expect(await refusalOf(browser, await browser.beginLogIn())).toMatchObject({ reason });
  });

  it('[P1.2] that comes after ten minutes is refused', async () => {
    const browser = newBrowser();
    const path = await browser.beginLogIn();
    app.clock.advanceSeconds(601);

    expect(await refusalOf(browser, path)).toMatchObject({ reason: 'unknown_log_in' });
  });

  it('[P1.2] whose cookie was made or changed outside is refused', async () => {
    const browser = newBrowser();
    const path = await browser.beginLogIn();
    for (const [name, value] of browser.cookies) {
      // Not at its end, where a character may stand for fewer bits than it has.
      browser.cookies.set(name, (value.startsWith('A') ? 'B' : 'A') + value.slice(1));
    }
    expect(browser.cookies.size).toBe(1);

    expect(await refusalOf(browser, path)).toMatchObject({ reason: 'unknown_log_in' });
  });
});
