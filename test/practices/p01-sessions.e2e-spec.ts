import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/auth/sessions/session-cookie.js';
import { SessionsRepository } from '../../src/auth/sessions/sessions.repository.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';
import { runSql } from '../support/database.js';
import { aKey, rotateKeys } from '../support/encryption.js';
import { SESSION_CLIENT, SessionIssuer } from '../support/session-issuer.js';
import { storedSessions } from '../support/stored-sessions.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { APP_ORIGIN, PUBLIC_ORIGIN, SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';

/*
 * The attack: whatever runs in a browser, or gets hold of one of its cookies, of a link or of a
 * dump of the database, wants to be somebody else for longer than the person is at the screen.
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

  it('[P1.2] leaves nothing in the browser that logs out: it forgets cache and storage, and not the way on', async () => {
    issuer.person = { sub: 'leaving-no-trace' };
    const browser = newBrowser();
    await browser.logIn();
    const during = await browser.page.get('/auth/session');

    const loggedOut = await browser.page.send('POST', '/auth/logout');
    browser.keep(loggedOut);

    expect(loggedOut.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(during.headers.get('clear-site-data')).toBeNull();
    expect([...browser.cookies.keys()]).toEqual(['__Host-log-out']);
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

  it('[P1.2] is gone with an ID token that no cookie holds: the issuer asks once more then', async () => {
    issuer.person = { sub: 'of-many-groups' };
    issuer.idTokenClaims = { groups: Array.from({ length: 200 }, (_, index) => `group-${index}-of-many`) };
    const browser = newBrowser();
    await browser.logIn();

    const loggedOut = await browser.page.send('POST', '/auth/logout');
    browser.keep(loggedOut);
    const atIssuer = await browser.open('/auth/logout/provider');

    const url = new URL(atIssuer.headers.get('location') ?? '');
    expect(loggedOut.headers.getSetCookie().every((cookie) => cookie.length < 4096)).toBe(true);
    expect(url.href).toContain(`${issuer.url}/end-session?`);
    expect(url.searchParams.has('id_token_hint')).toBe(false);
    expect(url.searchParams.get('client_id')).toBe(SESSION_CLIENT.id);
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
