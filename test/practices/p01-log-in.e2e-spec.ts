import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TEST_AUDIENCE } from '../support/environment.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { storedSessions } from '../support/stored-sessions.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { APP_ORIGIN, PUBLIC_ORIGIN, SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a log-in is to end elsewhere than the application asked, to leave a token with the browser or a
 * session behind that nobody ends, or to give its session to whoever has planted a cookie before it.
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
const sessionsOf = (subject: string) => storedSessions(app.database, subject);

describe('a log-in', () => {
  it('[P1.2] sends the browser to the issuer with PKCE, state and nonce, and to an exact redirect', async () => {
    const begun = await newBrowser().open('/auth/login');

    const url = new URL(begun.headers.get('location') ?? '');
    expect(begun.status).toBe(303);
    expect(url.origin).toBe(issuer.url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${PUBLIC_ORIGIN}/auth/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each(['resource', 'audience'])(
    '[P1.2] names this API to the issuer as its %s, where that is set',
    async (parameter) => {
      const other = await createTestApp({
        besides: app,
        environment: { ...SESSION_ENVIRONMENT, SESSION_AUDIENCE_PARAMETER: parameter },
      });

      const begun = await new TestBrowser(other).open('/auth/login');

      const url = new URL(begun.headers.get('location') ?? '');
      expect(url.searchParams.get(parameter)).toBe(TEST_AUDIENCE);
      await other.stop();
    },
  );

  it('[P1.2] ends in one opaque cookie and where the application asked for', async () => {
    const browser = newBrowser();
    const completed = await browser.logIn(`${APP_ORIGIN}/orders?page=2#top`);

    const [cookie, removed, ...others] = completed.headers.getSetCookie();
    expect(completed.status).toBe(303);
    expect(completed.headers.get('location')).toBe(`${APP_ORIGIN}/orders?page=2#top`);
    expect(cookie).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(removed).toMatch(/^__Host-log-in-[\w-]{8}=; .*Max-Age=0$/);
    expect(others).toEqual([]);
  });

  it('[P1.2] [P8.1] is an event, with who and from where', async () => {
    issuer.person = { sub: 'noted' };

    const { requestId } = await newBrowser().logIn();

    expect(app.log.events(requestId)).toContainEqual(
      expect.objectContaining({
        securityEvent: 'authn_login_success',
        outcome: 'success',
        subject: 'noted',
        address: '127.0.0.1',
      }),
    );
  });

  it('[P1.2] makes the same caller of the cookie as a bearer token does', async () => {
    issuer.person = { sub: 'same-caller', scope: 'customers:read', roles: ['auditor'] };
    const browser = newBrowser();
    await browser.logIn();

    const session = await browser.page.get('/auth/session');
    const listed = await browser.page.get('/v2/customers');
    const refused = await browser.page.post('/v2/customers', {});

    expect(session.body).toMatchObject({
      subject: 'same-caller',
      tenantId: 'acme',
      scopes: ['customers:read'],
      roles: ['auditor'],
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(listed.status).toBe(200);
    expect(refused.body).toMatchObject({ code: 'auth.insufficient_scope' });
  });

  it('[P1.2] lets no token out, whatever the browser asks for', async () => {
    const browser = newBrowser();
    const answers = [await browser.open('/auth/login'), await browser.logIn()];
    for (const path of ['/auth/session', '/auth/sessions']) {
      answers.push(await browser.page.get(path));
    }
    answers.push(await browser.page.send('POST', '/auth/logout'));

    const shown = JSON.stringify(answers.map(({ headers, body }) => [[...headers], body]));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 200, 200, 200]);
    // A token has a dot behind its head; sealed text may hold the three letters by chance.
    expect(shown).not.toMatch(/eyJ[\w-]+\.|refresh-/);
    expect(app.log.text).not.toMatch(/eyJ[\w-]+\.|refresh-[0-9a-f]/);
    expect(app.log.text).not.toContain(browser.secret || 'no secret');
    // The cookie's secret is in Set-Cookie of the log-in and nowhere else.
    expect(browser.secret).toHaveLength(43);
    expect(shown.split(browser.secret)).toHaveLength(2);
    expect(answers[1]?.headers.getSetCookie().join()).toContain(browser.secret);
  });

  it('[P1.2] stores the tokens sealed and of the cookie a hash', async () => {
    issuer.person = { sub: 'stored' };
    const browser = newBrowser();
    await browser.logIn();

    const [row] = await sessionsOf('stored');
    expect(JSON.stringify(row)).not.toMatch(/eyJ[\w-]+\.|refresh-|127\.0\.0\.1/);
    expect(JSON.stringify(row)).not.toContain(browser.secret);
    expect(row?.tokens).toMatch(/^e1\.[\w-]{38,}$/);
  });

  it.each([
    ['no list entry', 'https://evil.example/'],
    ['a longer host', `${APP_ORIGIN}.evil.example/`],
    ['another port', `${APP_ORIGIN}:81/`],
    ['another scheme', APP_ORIGIN.replace('http:', 'https:')],
    ['a user name', `http://app.demo.localhost@evil.example/`],
    ['a script', 'javascript:alert(1)'],
    ['no scheme', '//evil.example/'],
    ['a path of its own', '/orders'],
    ['a step in disguise', `${APP_ORIGIN}/%2e%2e/`],
  ])('[P1.2] goes nowhere else: %s', async (_what, returnTo) => {
    const begun = await newBrowser().open(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`);

    expect(begun.status).toBe(400);
    expect(begun.body).toMatchObject({ code: 'session.return_url' });
  });

  it('[P1.2] leaves no orphan when somebody logs in twice', async () => {
    issuer.person = { sub: 'twice' };
    const browser = newBrowser();
    await browser.logIn();
    const earlier = browser.copy();

    await browser.logIn();

    expect(await sessionsOf('twice')).toHaveLength(1);
    expect((await earlier.page.get('/auth/session')).status).toBe(401);
    expect((await browser.page.get('/auth/session')).status).toBe(200);
  });

  it('[P1.2] leaves no orphan when the cookie was lost between two log-ins at one issuer session', async () => {
    issuer.person = { sub: 'lost-cookie', sid: 'issuer-session-1' };
    await newBrowser().logIn();
    app.clock.advanceSeconds(11);
    await newBrowser().logIn();

    expect(await sessionsOf('lost-cookie')).toHaveLength(1);
  });

  it('[P1.2] of two tabs that arrive together leaves the person logged in, whichever cookie stays', async () => {
    issuer.person = { sub: 'two-tabs', sid: 'issuer-session-of-two-tabs' };
    for (let round = 0; round < 5; round += 1) {
      const browser = newBrowser();
      const paths = [await browser.beginLogIn(), await browser.beginLogIn()];
      const tabs = paths.map((path) => [browser.copy(), path] as const);

      await Promise.all(tabs.map(([tab, path]) => tab.open(path)));

      for (const [tab] of tabs) {
        expect((await tab.page.get('/auth/session')).status).toBe(200);
      }
    }
  });

  it('[P1.2] that comes to nothing leaves no grant at the issuer', async () => {
    issuer.person = { aud: 'https://other.example' };
    const browser = newBrowser();

    await browser.open(await browser.beginLogIn());

    expect(issuer.revocations.at(-1)).toBe(issuer.givenRefreshTokens.at(-1));
  });

  it.each([
    ['asked too much', 429, 'slow_down'],
    ['unaware of this client', 401, 'invalid_client'],
    ['showing a page for people', 200, '<html>'],
  ])(
    '[P1.2] is a failure of the issuer, and not of the person, when it is %s',
    async (_what, status, error) => {
      const browser = newBrowser();
      const path = await browser.beginLogIn();
      issuer.tokenFault = { status, error };

      const completed = await browser.open(path);
      issuer.tokenFault = null;

      expect(completed.status).toBe(503);
    },
  );

  it('goes on in each of two tabs that begin together', async () => {
    const browser = newBrowser();
    const first = await browser.beginLogIn(`${APP_ORIGIN}/one`);
    const second = await browser.beginLogIn(`${APP_ORIGIN}/two`);

    expect((await browser.open(first)).headers.get('location')).toBe(`${APP_ORIGIN}/one`);
    expect((await browser.open(second)).headers.get('location')).toBe(`${APP_ORIGIN}/two`);
  });

  it('keeps few cookies, however often it is begun', async () => {
    const browser = newBrowser();
    for (let index = 0; index < 20; index += 1) {
      await browser.open('/auth/login');
    }

    expect(browser.cookies.size).toBeLessThanOrEqual(5);
  });

  it('takes who changed their mind back to the application', async () => {
    issuer.bend = (answer) => {
      answer.delete('code');
      answer.set('error', 'access_denied');
    };
    const browser = newBrowser();

    const completed = await browser.open(await browser.beginLogIn());

    expect(completed.headers.get('location')).toBe(`${APP_ORIGIN}/?error=access_denied`);
    expect(browser.secret).toBe('');
  });

  it('ignores what else an issuer adds to its answer (RFC 6749 §4.1.2)', async () => {
    issuer.bend = (answer) => answer.set('session_state', 'of another protocol');
    const browser = newBrowser();

    expect((await browser.logIn()).status).toBe(303);
  });

  it('waits for an issuer that is away with 503', async () => {
    const lonely = await SessionIssuer.start();
    const other = await createTestApp({ issuer: lonely, environment: SESSION_ENVIRONMENT });
    lonely.isDown = true;

    const begun = await new TestBrowser(other).open('/auth/login');

    expect(begun.status).toBe(503);
    expect(begun.headers.get('retry-after')).not.toBeNull();
    await other.stop();
  });

  it('is not there without SESSION_CLIENT_ID', async () => {
    const other = await createTestApp();

    expect((await other.api.get('/auth/login')).status).toBe(404);
    expect((await other.api.get('/auth/callback?state=x')).status).toBe(404);
    await other.stop();
  });
});

describe('session fixation', () => {
  const planted = 'A'.repeat(43);

  it('[P1.2] gains nothing from a cookie that was planted before the log-in', async () => {
    const victim = newBrowser();
    victim.cookies.set('__Host-session', planted);
    const path = await victim.beginLogIn();
    await victim.open(path);

    const attacker = newBrowser();
    attacker.cookies.set('__Host-session', planted);
    expect(victim.secret).not.toBe(planted);
    expect((await attacker.page.get('/auth/session')).status).toBe(401);
  });

  it('[P1.2] counter-proof: with a secret that stays, the attacker who planted it is the victim', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      removal: without('new session secret'),
      environment: SESSION_ENVIRONMENT,
    });
    issuer.person = { sub: 'fixed' };
    const victim = new TestBrowser(open);
    await victim.open(await victim.beginLogIn());

    const attacker = new TestBrowser(open);
    attacker.cookies.set('__Host-session', planted);
    expect((await attacker.page.get('/auth/session')).body).toMatchObject({ subject: 'fixed' });
    await open.stop();
  });
});
