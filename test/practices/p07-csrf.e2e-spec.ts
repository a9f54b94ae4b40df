import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import { CrossOriginModule, deeds } from '../support/cross-origin-routes.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { APP_ORIGIN, PUBLIC_ORIGIN, SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a page of another origin lets the browser send what it sends by itself, the cookie
 * above all. `SameSite` keeps it from other sites; a neighbour under the same site it does not stop.
 */

let issuer: SessionIssuer;
let app: TestApp;
let browser: TestBrowser;

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, modules: [CrossOriginModule], environment: SESSION_ENVIRONMENT });
  browser = new TestBrowser(app);
  await browser.logIn();
});
beforeEach(() => {
  deeds.count = 0;
});
afterAll(() => app.stop());

/** An unsafe request with the cookie and these headers instead of, or beside, those of an allowed page. */
function act(
  changes: Record<string, string | undefined> = {},
  method = 'POST',
  { url }: TestApp = app,
): Promise<ApiResponse> {
  const ordinary = { ...browser.pageHeaders, 'x-csrf-token': browser.csrfToken };
  const headers = Object.entries({ ...ordinary, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return new ApiClient(url).send(method, '/cross-origin/known', { headers: Object.fromEntries(headers) });
}

describe('an unsafe method with the session cookie', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['an allowed page', {}],
    ['the API’s own page', { origin: PUBLIC_ORIGIN, 'sec-fetch-site': 'same-origin' }],
    ['an allowed page in a browser without Sec-Fetch-Site', { 'sec-fetch-site': undefined }],
  ])('[P7.4] is done for %s', async (_what, changes) => {
    expect((await act(changes)).status).toBe(204);
    expect((await act(changes, 'DELETE')).status).toBe(204);
    expect(deeds.count).toBe(2);
  });

  it.each<[what: string, fault: string, changes: Record<string, string | undefined>]>([
    ['another site', 'csrf_fetch_site', { 'sec-fetch-site': 'cross-site' }],
    ['no page at all', 'csrf_fetch_site', { 'sec-fetch-site': 'none' }],
    ['an invented place', 'csrf_fetch_site', { 'sec-fetch-site': 'same-origin, same-site' }],
    ['a neighbour of the same site', 'csrf_origin', { origin: 'http://evil.demo.localhost' }],
    ['a look-alike', 'csrf_origin', { origin: `${APP_ORIGIN}.evil.test` }],
    ['another port', 'csrf_origin', { origin: `${APP_ORIGIN}:8080` }],
    ['the API’s host without TLS', 'csrf_origin', { origin: PUBLIC_ORIGIN.replace('http', 'https') }],
    ['a sandboxed page', 'csrf_origin', { origin: 'null' }],
    ['nobody', 'csrf_origin', { origin: undefined }],
    ['nobody, with a referrer', 'csrf_origin', { origin: undefined, referer: `${APP_ORIGIN}/` }],
    ['an allowed page without token', 'csrf_token', { 'x-csrf-token': undefined }],
    ['an allowed page with an empty token', 'csrf_token', { 'x-csrf-token': '' }],
    ['an allowed page with another token', 'csrf_token', { 'x-csrf-token': 'A'.repeat(43) }],
    ['an allowed page with a shorter token', 'csrf_token', { 'x-csrf-token': 'short' }],
  ])('[P7.4] is not done for %s, and is an event', async (_what, fault, changes) => {
    for (const method of ['POST', 'DELETE']) {
      const answer = await act(changes, method);

      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'csrf.refused' });
      expect(app.log.events(answer.requestId)).toContainEqual(
        expect.objectContaining({ securityEvent: 'authz_fail', reason: fault }),
      );
    }
    expect(deeds.count).toBe(0);
  });

  it('[P7.4] is not done with the token of another session', async () => {
    const other = new TestBrowser(app);
    await other.logIn();

    expect((await act({ 'x-csrf-token': other.csrfToken })).status).toBe(403);
    expect(other.csrfToken).not.toBe(browser.csrfToken);
    expect(deeds.count).toBe(0);
  });

  it('[P7.4] is not done with a cookie that comes twice', async () => {
    const planted = `__Host-session=${'A'.repeat(43)}; ${browser.cookieHeader}`;

    expect((await act({ cookie: planted })).status).toBe(403);
    expect(deeds.count).toBe(0);
  });

  it('[P7.4] keeps a neighbour from logging the person out', async () => {
    const answer = await new ApiClient(app.url).send('POST', '/auth/logout', {
      headers: { ...browser.pageHeaders, origin: 'http://evil.demo.localhost' },
    });

    expect(answer.status).toBe(403);
    expect((await browser.page.get('/auth/session')).status).toBe(200);
  });

  it('[P7.4] as a form is no JSON, and reaches no handler either', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await act({ 'content-type': type, 'x-csrf-token': undefined });

      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    expect(deeds.count).toBe(0);
  });
});

describe('what needs no proof', () => {
  it('[P7.4] is a bearer token, which no browser attaches', async () => {
    const token = await issuer.token();

    const answer = await new ApiClient(app.url)
      .withToken(token)
      .send('POST', '/cross-origin/known', { headers: { origin: 'https://evil.test' } });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('[P7.4] is a foreign cookie of that name where nobody can log in', async () => {
    const other = await createTestApp({ modules: [CrossOriginModule] });
    const token = await other.issuer.token();

    const answer = await new ApiClient(other.url)
      .withToken(token)
      .send('POST', '/cross-origin/known', { headers: { cookie: '__Host-session=of-something-else' } });

    expect(answer.status).toBe(204);
    await other.stop();
  });

  it('[P7.4] is a safe method', async () => {
    const answer = await new ApiClient(app.url).get('/cross-origin/known', {
      headers: { cookie: browser.cookieHeader, 'sec-fetch-site': 'cross-site' },
    });

    expect(answer.status).toBe(200);
  });
});

describe('counter-proofs', () => {
  it('[P7.4] without the proof a neighbour acts in the person’s name', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      modules: [CrossOriginModule],
      removal: without('proof of intent'),
      environment: SESSION_ENVIRONMENT,
    });

    const answer = await act(
      { origin: 'http://evil.demo.localhost', 'x-csrf-token': undefined },
      'POST',
      open,
    );

    expect(answer.status).toBe(204);
    expect(deeds.count).toBe(1);
    await open.stop();
  });

  it('[P7.4] without the token the origin’s word is enough', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      modules: [CrossOriginModule],
      removal: without('CSRF token'),
      environment: SESSION_ENVIRONMENT,
    });

    const answer = await act({ 'x-csrf-token': 'anything' }, 'POST', open);

    expect(answer.status).toBe(204);
    expect(deeds.count).toBe(1);
    await open.stop();
  });
});
