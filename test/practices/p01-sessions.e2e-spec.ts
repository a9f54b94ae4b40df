import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/auth/sessions/session-cookie.js';
import { SessionsRepository } from '../../src/auth/sessions/sessions.repository.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';
import { runSql } from '../support/database.js';
import { aKey, rotateKeys } from '../support/encryption.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { APP_ORIGIN, PUBLIC_ORIGIN, SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: whatever runs in a browser, or gets hold of one of its cookies, of a link or of a
 * dump of the database, wants to be somebody else for longer than the person is at the screen.
 */

let issuer: SessionIssuer;
let app: TestApp;

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, environment: SESSION_ENVIRONMENT });
  issuer.now = () => app.clock.nowMilliseconds();
});
afterEach(() => {
  Object.assign(issuer, { person: {}, bend: () => undefined, idTokenClaims: {}, isLax: false });
});
afterAll(() => app.stop());

const newBrowser = (): TestBrowser => new TestBrowser(app);
const sessionsOf = (subject: string) =>
  app.database.inspect<{ id: string; tokens: string; secret_hash: string; device: string }>(
    'SELECT * FROM browser_sessions WHERE subject = $1',
    [subject],
  );

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
    expect(shown).not.toMatch(/eyJ|refresh-/);
    expect(app.log.text).not.toMatch(/eyJ|refresh-[0-9a-f]/);
    expect(app.log.text).not.toContain(browser.secret || 'no secret');
  });

  it('[P1.2] stores the tokens sealed and of the cookie a hash', async () => {
    issuer.person = { sub: 'stored' };
    const browser = newBrowser();
    await browser.logIn();

    const [row] = await sessionsOf('stored');
    expect(JSON.stringify(row)).not.toMatch(/eyJ|refresh-|127\.0\.0\.1/);
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
    expect(await sessionsOf('replayed-laxly')).toHaveLength(1);
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
      browser.cookies.set(name, `${value.slice(0, -2)}AA`);
    }

    expect(await refusalOf(browser, path)).toMatchObject({ reason: 'unknown_log_in' });
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

describe('a session', () => {
  it.each([
    ['an unknown secret', 'B'.repeat(43)],
    ['no secret at all', ''],
    ['something else', "' OR 1=1 --"],
  ])('[P1.2] is not found by %s', async (_what, value) => {
    const browser = newBrowser();
    browser.cookies.set('__Host-session', value);

    const answer = await browser.page.get('/auth/session');

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"');
  });

  it('[P1.2] is not accepted beside another credential, or twice', async () => {
    const browser = newBrowser();
    await browser.logIn();
    const cookie = `${browser.cookieHeader}; ${browser.cookieHeader}`;
    const authorization = `Bearer ${await issuer.token()}`;

    const twice = await app.api.get('/auth/session', { headers: { cookie } });
    const both = await app.api.get('/auth/session', {
      headers: { cookie: browser.cookieHeader, authorization },
    });

    expect([twice.status, both.status]).toEqual([400, 400]);
  });

  it('[P1.2] ends when nobody comes for half an hour, and not sooner', async () => {
    issuer.person = { sub: 'idle' };
    const browser = newBrowser();
    await browser.logIn();

    for (let visit = 0; visit < 3; visit += 1) {
      app.clock.advanceSeconds(29 * 60);
      expect((await browser.page.get('/auth/session')).status).toBe(200);
    }
    app.clock.advanceSeconds(31 * 60);
    const late = await browser.page.get('/auth/session');

    expect(late.status).toBe(401);
    expect(await sessionsOf('idle')).toEqual([]);
    expect(app.log.events(late.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'session_expired', reason: 'idle', owner: 'idle' }),
    );
  });

  it('[P1.2] ends after twelve hours, however busy', async () => {
    issuer.person = { sub: 'busy' };
    const browser = newBrowser();
    await browser.logIn();

    for (let visit = 0; visit < 24; visit += 1) {
      app.clock.advanceSeconds(29 * 60);
      expect((await browser.page.get('/auth/session')).status).toBe(200);
    }
    app.clock.advanceSeconds(29 * 60);
    const late = await browser.page.get('/auth/session');

    expect(late.status).toBe(401);
    expect(app.log.events(late.requestId)).toContainEqual(expect.objectContaining({ reason: 'lifetime' }));
  });

  it('[P1.2] is gone after log-out, here and at the issuer', async () => {
    issuer.person = { sub: 'leaving' };
    const browser = newBrowser();
    await browser.logIn();
    const copy = browser.copy();

    const loggedOut = await browser.page.send('POST', '/auth/logout');
    browser.keep(loggedOut);
    const { continueAt } = loggedOut.body as { continueAt: string };
    const atIssuer = await browser.open(continueAt.replace(PUBLIC_ORIGIN, ''));

    const url = new URL(atIssuer.headers.get('location') ?? '');
    expect(loggedOut.status).toBe(200);
    expect((await copy.page.get('/auth/session')).status).toBe(401);
    expect(issuer.revocations.at(-1)).toMatch(/^refresh-/);
    expect(url.href).toContain(`${issuer.url}/end-session?`);
    expect(url.searchParams.get('id_token_hint')).toMatch(/^eyJ/);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${APP_ORIGIN}/`);
    expect(browser.cookies.size).toBe(0);
  });

  it('[P1.2] logs out here while the issuer is away, whether the token is still good or not', async () => {
    issuer.person = { sub: 'leaving-alone' };
    const browser = newBrowser();
    await browser.logIn();
    app.clock.advanceSeconds(660);
    issuer.isDown = true;

    const loggedOut = await browser.page.send('POST', '/auth/logout');
    issuer.isDown = false;

    expect(loggedOut.status).toBe(200);
    expect(await sessionsOf('leaving-alone')).toEqual([]);
  });

  it('leads nowhere but to the application when nobody logged out before', async () => {
    const browser = newBrowser();

    expect((await browser.open('/auth/logout/provider')).headers.get('location')).toBe(`${APP_ORIGIN}/`);
  });

  it('is not what a bearer token has', async () => {
    const client = await app.as();

    expect((await client.get('/auth/session')).body).toMatchObject({ code: 'session.none' });
    expect((await client.send('POST', '/auth/logout')).body).toMatchObject({ code: 'session.none' });
    // Whatever client has a token of somebody's is not that person at a browser.
    expect((await client.get('/auth/sessions')).body).toMatchObject({ code: 'session.none' });
  });

  it('[P1.2] whose key is lost is over, and its person can log in again', async () => {
    issuer.person = { sub: 'key-lost' };
    const browser = newBrowser();
    await browser.logIn();
    const other = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: { ...SESSION_ENVIRONMENT, FIELD_ENCRYPTION_KEYS: aKey('e9') },
    });
    const there = browser.copy(other);

    expect((await there.page.get('/auth/session')).status).toBe(401);
    expect((await there.logIn()).status).toBe(303);
    expect((await there.page.get('/auth/sessions')).status).toBe(200);
    await other.stop();
  });

  it('[P1.2] that has ended does not close its address for others', async () => {
    const strict = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: { ...SESSION_ENVIRONMENT, RATE_LIMIT_FAILED_AUTHENTICATION: '60/hour burst 20' },
    });
    const dead = new TestBrowser(strict);
    dead.cookies.set('__Host-session', 'C'.repeat(43));

    for (let index = 0; index < 25; index += 1) {
      await dead.page.get('/auth/session');
    }

    expect((await dead.open('/auth/login')).status).toBe(303);
    await strict.stop();
  });
});

describe('the list of sessions', () => {
  it('[P1.2] shows a person their own, and ends one', async () => {
    issuer.person = { sub: 'lister' };
    const [desk, phone] = [newBrowser(), newBrowser()];
    await desk.logIn();
    await phone.logIn();
    issuer.person = { sub: 'neighbour' };
    const neighbour = newBrowser();
    await neighbour.logIn();

    const { data } = (await desk.page.get('/auth/sessions')).body as {
      data: { id: string; isCurrent: boolean }[];
    };
    const other = data.find(({ isCurrent }) => !isCurrent)?.id ?? '';
    const ended = await desk.page.send('DELETE', `/auth/sessions/${other}`);

    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({ subject: 'lister', address: '127.0.0.1', userAgent: expect.any(String) });
    expect(ended.status).toBe(204);
    expect((await phone.page.get('/auth/session')).status).toBe(401);
    expect((await desk.page.get('/auth/session')).status).toBe(200);
    expect((await neighbour.page.send('DELETE', `/auth/sessions/${data[0]?.id}`)).status).toBe(404);
    expect((await desk.page.send('DELETE', `/auth/sessions/${other}`)).status).toBe(404);
  });

  it('[P1.2] lets an administrator end everything that a subject holds, in their tenant', async () => {
    issuer.person = { sub: 'taken-over' };
    const [one, two] = [newBrowser(), newBrowser()];
    await one.logIn();
    await two.logIn();
    const admin = await app.as({ roles: ['administrator'], sub: 'admin' });
    const foreign = await app.as({ roles: ['administrator'], tenant: 'globex' });
    const path = '/v2/admin/sessions?subject=taken-over';

    const asPerson = await one.page.get(path);
    const asForeign = await foreign.send('DELETE', path);
    const listed = await admin.get(path);
    const ended = await admin.send('DELETE', path);

    expect(asPerson.status).toBe(403);
    expect(asForeign.body).toEqual({ ended: 0 });
    expect((listed.body as { data: unknown[] }).data).toHaveLength(2);
    expect(ended.body).toEqual({ ended: 2 });
    expect((await two.page.get('/auth/session')).status).toBe(401);
    expect(app.log.events(ended.requestId)).toContainEqual(
      expect.objectContaining({
        securityEvent: 'session_expired',
        reason: 'ended_by_administrator',
        owner: 'taken-over',
        subject: 'admin',
      }),
    );
  });

  it('lets an administrator end one, and never all at once by leaving something out', async () => {
    issuer.person = { sub: 'single' };
    const browser = newBrowser();
    await browser.logIn();
    const admin = await app.as({ roles: ['administrator'] });
    const [session] = await sessionsOf('single');

    expect((await admin.send('DELETE', '/v2/admin/sessions')).status).toBe(400);
    expect((await admin.send('DELETE', `/v2/admin/sessions/${session?.id}`)).status).toBe(204);
    expect((await admin.send('DELETE', `/v2/admin/sessions/${session?.id}`)).status).toBe(404);
  });
});

describe('the table of sessions', () => {
  it('[P1.2] shows a holder of a secret’s hash that one row, to read and not to change', async () => {
    issuer.person = { sub: 'holder' };
    const browser = newBrowser();
    await browser.logIn();
    const database = app.nest.get(TenantDatabase, { strict: false });
    const reference = hashOf(browser.secret);

    const found = await database.byReference(reference, (prisma) => prisma.browserSession.findMany());
    const others = await database.byReference(hashOf('unknown'), (prisma) =>
      prisma.browserSession.findMany(),
    );
    const asNobody = await database.asTenant('', (prisma) => prisma.browserSession.findMany());
    const changed = await database.byReference(reference, (prisma) =>
      prisma.browserSession.updateMany({ data: { renewals: 99 } }),
    );
    const removed = await database.byReference(reference, (prisma) =>
      prisma.browserSession.deleteMany({ where: { secretHash: reference } }),
    );

    expect(found.map(({ subject }) => subject)).toEqual(['holder']);
    expect([others, asNobody]).toEqual([[], []]);
    expect([changed.count, removed.count]).toEqual([0, 0]);
  });

  it('[P1.2] lets nobody change whose a session is', async () => {
    for (const column of ['subject', 'tenant_id', 'secret_hash', 'expires_at', 'id']) {
      await expect(
        runSql(app.database.url('application'), `UPDATE browser_sessions SET ${column} = NULL`),
      ).rejects.toThrow('permission denied');
    }
  });

  it('[P1.2] is emptied of what has expired, for all tenants', async () => {
    issuer.person = { sub: 'forgotten', tenant: 'globex' };
    await newBrowser().logIn();
    await app.database.inspect(
      `UPDATE browser_sessions SET idle_expires_at = now() - interval '1 second' WHERE subject = 'forgotten'`,
    );
    issuer.person = { sub: 'still-here' };
    await newBrowser().logIn();

    await app.nest.get(SessionsRepository, { strict: false }).purgeExpired();

    expect(await sessionsOf('forgotten')).toEqual([]);
    expect(await sessionsOf('still-here')).toHaveLength(1);
  });

  it('[P9.4] keeps its sessions through a rotation of the field keys', async () => {
    const [before, after] = [aKey('e1'), aKey('e2')];
    const keys = { FIELD_ENCRYPTION_KEYS: before, FIELD_INDEX_KEYS: aKey('i1') };
    const during = { ...keys, FIELD_ENCRYPTION_KEYS: `${after},${before}` };
    const own = await createTestApp({
      issuer,
      environment: { ...SESSION_ENVIRONMENT, ...keys },
      clock: app.clock,
    });
    issuer.person = { sub: 'rotated' };
    const browser = new TestBrowser(own);
    await browser.logIn();

    const { code } = await rotateKeys(own, during, 'fields');
    const rotated = await createTestApp({
      besides: own,
      clock: app.clock,
      environment: { ...SESSION_ENVIRONMENT, ...keys, FIELD_ENCRYPTION_KEYS: after },
    });

    expect(code).toBe(0);
    expect((await browser.copy(rotated).page.get('/auth/sessions')).body).toMatchObject({
      data: [{ subject: 'rotated', address: '127.0.0.1' }],
    });
    await rotated.stop();
    await own.nest.close();
    await own.database.drop();
  });
});
