import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionsRepository } from '../../src/auth/sessions/sessions.repository.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a refresh token is worth weeks. Whoever has copied one uses it beside us; the issuer
 * sees it come twice and says no, and then nobody must go on with it. And the mistake that looks to
 * the issuer just like that attack: two requests that renew at once.
 */

const SUBJECT = { sub: 'renewer', sid: 'issuer-session' };
const ALMOST_OVER_SECONDS = 545;
const OVER_SECONDS = 660;

let issuer: SessionIssuer;
let app: TestApp;
let browser: TestBrowser;

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, environment: SESSION_ENVIRONMENT });
});
beforeEach(async () => {
  issuer.person = SUBJECT;
  // Sessions of one moment are two tabs; those of the test before are to end.
  app.clock.advanceSeconds(11);
  browser = new TestBrowser(app);
  await browser.logIn();
  issuer.renewals = 0;
});
afterEach(() => issuer.behave());
afterAll(() => app.stop());

const ask = (who: TestBrowser = browser) => who.page.get('/auth/session');
const askAtOnce = async (count: number, who: readonly TestBrowser[]): Promise<number[]> => {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => ask(who[index % who.length])),
  );
  return answers.map(({ status }) => status);
};
const countSessions = async (): Promise<number> =>
  (await app.database.inspect('SELECT FROM browser_sessions WHERE subject = $1', [SUBJECT.sub])).length;

describe('the renewal of a session', () => {
  it('[P1.2] happens on the server shortly before the access token ends, and not sooner', async () => {
    app.clock.advanceSeconds(530);
    await ask();
    const before = issuer.renewals;
    app.clock.advanceSeconds(15);
    const renewing = await ask();

    expect(before).toBe(0);
    expect(issuer.renewals).toBe(1);
    expect(renewing.status).toBe(200);
    expect(renewing.headers.getSetCookie()).toEqual([]);
    expect(app.log.events(renewing.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'session_renewed', subject: SUBJECT.sub }),
    );
  });

  it('[P1.2] goes on for hours, each time with the refresh token of the time before', async () => {
    for (let round = 1; round <= 12; round += 1) {
      app.clock.advanceSeconds(ALMOST_OVER_SECONDS);
      expect((await ask()).status).toBe(200);
      expect(issuer.renewals).toBe(round);
    }
  });

  it.each([
    ['almost over', ALMOST_OVER_SECONDS],
    ['over', OVER_SECONDS],
  ])('[P1.2] happens once for 60 requests on two instances when the token is %s', async (_what, seconds) => {
    const second = await createTestApp({ besides: app, clock: app.clock, environment: SESSION_ENVIRONMENT });
    issuer.tokenDelayMilliseconds = 150;
    app.clock.advanceSeconds(seconds);

    const statuses = await askAtOnce(60, [browser, browser.copy(second)]);

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(issuer.renewals).toBe(1);
    await second.stop();
  });

  it('[P1.2] counter-proof: uncoordinated, two instances renew twice, and the session is lost', async () => {
    const removal = without('one renewal');
    const [one, two] = [
      await createTestApp({ besides: app, clock: app.clock, removal, environment: SESSION_ENVIRONMENT }),
      await createTestApp({ besides: app, clock: app.clock, removal, environment: SESSION_ENVIRONMENT }),
    ];
    issuer.tokenDelayMilliseconds = 1000;
    app.clock.advanceSeconds(OVER_SECONDS);

    const statuses = await askAtOnce(20, [browser.copy(one), browser.copy(two)]);

    expect(issuer.renewals).toBe(2);
    expect(statuses).toContain(401);
    expect((await ask()).status).toBe(401);
    await one.stop();
    await two.stop();
  });

  it('[P1.2] does not outlive a log-out that comes meanwhile', async () => {
    issuer.revocations = [];
    issuer.tokenDelayMilliseconds = 1500;
    app.clock.advanceSeconds(OVER_SECONDS);
    const admin = await app.as({ roles: ['administrator'], ...timesOf(app) });

    const renewing = ask();
    await vi.waitFor(() => expect(issuer.renewals).toBe(1), { timeout: 5000 });
    const path = `/v2/admin/sessions?subject=${SUBJECT.sub}`;
    const ended = await admin.send('DELETE', path);

    expect(ended.body).toEqual({ ended: 1 });
    expect((await renewing).status).toBe(401);
    // The old refresh token when the session ended, and the new one once it was there.
    expect(issuer.revocations).toEqual(issuer.givenRefreshTokens.slice(-2));
  });
});

describe('a renewal that takes long', () => {
  it('[P1.2] keeps nobody waiting whose token is still good', async () => {
    issuer.tokenDelayMilliseconds = 2000;
    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);
    const order: string[] = [];
    const renewing = ask().finally(() => order.push('renewed'));
    await vi.waitFor(() => expect(issuer.renewals).toBe(1), { timeout: 5000 });

    const statuses = await askAtOnce(5, [browser]).finally(() => order.push('answered'));

    expect(statuses).toEqual(Array(5).fill(200));
    expect((await renewing).status).toBe(200);
    expect(order).toEqual(['answered', 'renewed']);
    expect(issuer.renewals).toBe(1);
  });

  it('[P1.2] is stored, although the database hesitates: the old token is used up', async () => {
    const repository = app.nest.get(SessionsRepository, { strict: false });
    const complete = vi
      .spyOn(repository, 'completeRenewal')
      .mockRejectedValueOnce(new Error('the database is away for a moment'));
    app.clock.advanceSeconds(OVER_SECONDS);

    const answer = await ask();

    expect(answer.status).toBe(200);
    expect(complete).toHaveBeenCalledTimes(2);
    expect(issuer.renewals).toBe(1);
    complete.mockRestore();
  });

  it('[P1.2] comes once for tokens that live a minute only, and not with every request', async () => {
    issuer.person = { ...SUBJECT, exp: app.clock.nowSeconds() + 60 };
    const short = new TestBrowser(app);
    await short.logIn();
    issuer.renewals = 0;

    await askAtOnce(5, [short]);

    expect(issuer.renewals).toBe(0);
  });
});

describe('a refresh token that somebody else has used', () => {
  it('[P1.2] ends the session, for everybody, and raises the alarm', async () => {
    issuer.useStolenRefreshToken();
    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);

    const answer = await ask();

    expect(answer.status).toBe(401);
    expect(await countSessions()).toBe(0);
    expect(app.log.events(answer.requestId)).toContainEqual(
      expect.objectContaining({
        securityEvent: 'authn_token_reuse',
        reason: 'invalid_grant',
        sessions: 1,
        subject: SUBJECT.sub,
        level: 40,
      }),
    );
    expect((await ask()).status).toBe(401);
    expect(issuer.renewals).toBe(1);
  });

  it('[P1.2] ends the whole family and nobody else’s session', async () => {
    // A second session of the same log-in, before there is another one of this person to copy.
    await app.database.inspect(
      `INSERT INTO browser_sessions
       SELECT gen_random_uuid(), tenant_id, subject, family, 'sha256:' || repeat('x', 43), 'sha256:' || repeat('y', 43),
              tokens, renewals, renewing_until, NULL, created_at, last_used_at, idle_expires_at, expires_at
       FROM browser_sessions WHERE subject = $1`,
      [SUBJECT.sub],
    );
    issuer.person = { sub: SUBJECT.sub, sid: 'on-another-machine' };
    const elsewhere = new TestBrowser(app);
    await elsewhere.logIn();
    const before = await countSessions();
    issuer.tokenFault = { status: 400, error: 'invalid_grant' };
    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);

    await ask();
    issuer.tokenFault = null;

    expect(before).toBe(3);
    expect(await countSessions()).toBe(1);
    expect((await ask(elsewhere)).status).toBe(200);
  });
});

describe('an issuer that has trouble', () => {
  it.each([
    ['does not answer', { isDown: true }],
    ['has a fault of its own', { tokenFault: { status: 503, error: 'server_error' } }],
    ['does not know this client any more', { tokenFault: { status: 401, error: 'invalid_client' } }],
    ['is asked too much', { tokenFault: { status: 429, error: 'slow_down' } }],
    ['is unavailable in other words', { tokenFault: { status: 400, error: 'temporarily_unavailable' } }],
    ['shows a page for people', { tokenFault: { status: 200, error: '<html>' } }],
    ['refuses for a reason of its own', { tokenFault: { status: 403, error: 'access_denied' } }],
  ])('[P1.2] costs nobody the session while the token is good: it %s', async (_what, trouble) => {
    Object.assign(issuer, trouble);
    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);
    const meanwhile = await ask();
    app.clock.advanceSeconds(OVER_SECONDS - ALMOST_OVER_SECONDS);
    const after = await ask();
    Object.assign(issuer, { isDown: false, tokenFault: null });
    await vi.waitFor(async () => expect((await ask()).status).toBe(200), { timeout: 5000, interval: 200 });

    expect(meanwhile.status).toBe(200);
    expect(after.status).toBe(503);
    expect(after.headers.get('retry-after')).toBe('5');
    expect(after.headers.getSetCookie()).toEqual([]);
  });

  it('[P1.2] without refresh tokens lets a session live as long as its access token', async () => {
    issuer.givesRefreshTokens = false;
    issuer.person = { sub: 'no-refresh' };
    const short = new TestBrowser(app);
    await short.logIn();

    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);
    expect((await ask(short)).status).toBe(200);
    app.clock.advanceSeconds(OVER_SECONDS - ALMOST_OVER_SECONDS);
    const over = await ask(short);

    expect(over.status).toBe(401);
    expect(app.log.events(over.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'session_expired', reason: 'no_refresh_token' }),
    );
  });

  it.each([
    ['another subject', { sub: 'somebody-else' }],
    ['another tenant', { tenant: 'globex' }],
    ['another API', { aud: 'https://other.example' }],
  ])('[P1.2] and renews to a token of %s ends the session', async (_what, claims) => {
    const person = { sub: 'swapped' };
    issuer.person = person;
    const victim = new TestBrowser(app);
    await victim.logIn();
    Object.assign(person, claims);
    app.clock.advanceSeconds(ALMOST_OVER_SECONDS);

    const answer = await ask(victim);

    expect(answer.status).toBe(401);
    expect(app.log.events(answer.requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'session_expired', reason: 'tokens_refused' }),
    );
  });
});

describe('clocks that differ', () => {
  it.each([4, -4])('[P1.2] by %i seconds keep nobody out', async (clockSkewSeconds) => {
    issuer.clockSkewSeconds = clockSkewSeconds;
    const other = new TestBrowser(app);

    expect((await other.logIn()).status).toBe(303);
    expect((await ask(other)).status).toBe(200);
  });

  it('[P1.2] by a minute keep everybody out, because times mean nothing then', async () => {
    issuer.clockSkewSeconds = 60;
    const other = new TestBrowser(app);

    const refused = await other.logIn();

    expect(refused.status).toBe(400);
    expect(app.log.events(refused.requestId)).toContainEqual(
      expect.objectContaining({ reason: 'access_token_issued_in_the_future' }),
    );
  });
});

/** A bearer token of the test's own, at the time of the application. */
function timesOf({ clock }: TestApp): { iat: number; exp: number } {
  return { iat: clock.nowSeconds(), exp: clock.nowSeconds() + 600 };
}
