import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrowserWorld } from '../support/browser-world.js';
import { hasChromium } from '../support/chromium.js';
import { deeds } from '../support/cross-origin-routes.js';
import { without } from '../support/without.js';

/*
 * The attack, in a real browser in which somebody is logged in: hostile scripts in pages of several
 * origins, and one in the allowed page itself, which looks for a token.
 */

/** Where hostile pages are. Those of the same site get the cookie attached; only the defences stand between. */
const HOSTILE = {
  'a neighbour of the same site': 'evil.demo.localhost',
  'a look-alike of the same site': 'app.demo.localhost.demo.localhost',
  'a sub-domain of the allowed page': 'x.app.demo.localhost',
  'another port of the allowed page': 'app.demo.localhost',
  'another site': 'evil.localhost',
  'a look-alike of another site': 'app.demo.localhost.evil.localhost',
} as const;

interface Call {
  readonly method?: string;
  readonly mode?: 'no-cors';
  readonly redirect?: 'manual';
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/*
 * What runs in pages is text: it belongs to the browser, where other names are known than here.
 */

const WHAT_A_SCRIPT_FINDS = `({
  cookie: document.cookie,
  local: JSON.stringify(localStorage),
  session: JSON.stringify(sessionStorage),
  url: location.href,
})`;

/** Sends a form as a hostile page does, with a field that reads like JSON in one of the encodings. */
const submitForm = (action: string, enctype: string): string => `{
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action: ${JSON.stringify(action)}, enctype: '${enctype}' });
  const field = document.createElement('input');
  Object.assign(field, { name: '{"givenName":"Eve","a":"', value: '"}' });
  form.append(field);
  document.body.append(form);
  form.submit();
}`;

/** What a page may send anywhere without asking: a beacon, an image, a script. */
const loadWithoutAsking = (url: string): string => `Promise.all([
  navigator.sendBeacon(${JSON.stringify(url)}, 'x'),
  ...['img', 'script'].map((kind) => new Promise((resolve) => {
    const element = document.createElement(kind);
    element.onload = element.onerror = resolve;
    element.src = ${JSON.stringify(url)};
    document.body.append(element);
  })),
]).then(() => undefined)`;

/** What a script in the page gets from a fetch: status and text, or the browser's refusal. */
async function fetchIn(page: Page, url: string, call: Call = {}): Promise<string> {
  return page.evaluate(
    async ([target, options]) => {
      try {
        const response = await fetch(target, { credentials: 'include', ...options });
        return `${response.status} ${response.type} ${await response.text()}`;
      } catch (error) {
        return `blocked: ${(error as Error).name}`;
      }
    },
    [url, call] as const,
  );
}

describe.runIf(hasChromium)('in Chromium', () => {
  let world: BrowserWorld;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    world = await BrowserWorld.start();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    deeds.count = 0;
    context = await world.newContext();
    page = await context.newPage();
    await world.logIn(page, 'alice');
  });
  afterEach(() => context.close());

  const api = (path: string): string => world.apiOrigin + path;
  const countCustomers = async (): Promise<number> =>
    (await world.app.database.inspect('SELECT FROM customers')).length;
  const isLoggedIn = async (): Promise<boolean> => {
    await page.goto(world.appOrigin);
    return (await fetchIn(page, api('/auth/session'))).startsWith('200');
  };

  describe('the allowed page', () => {
    it('[P1.2] logs somebody in from beginning to end, and has no token afterwards', async () => {
      const found = await page.evaluate<Record<string, string>>(WHAT_A_SCRIPT_FINDS);
      const cookies = (await context.cookies(world.apiOrigin)).filter(({ name }) =>
        name.startsWith('__Host-'),
      );

      expect(found).toEqual({ cookie: '', local: '{}', session: '{}', url: `${world.appOrigin}/` });
      expect(cookies).toEqual([
        expect.objectContaining({
          name: '__Host-session',
          value: expect.stringMatching(/^[\w-]{43}$/),
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
          path: '/',
          domain: 'api.demo.localhost',
        }),
      ]);
    });

    it('[P1.2] shows no cookie to a script in a page of the API itself either', async () => {
      await page.goto(api('/auth/session'));

      expect(await page.evaluate('document.cookie')).toBe('');
    });

    it('[P1.2] finds no token by any call, not even as a hostile script', async () => {
      const found: string[] = [];
      for (const path of [
        '/auth/session',
        '/auth/sessions',
        '/auth/login',
        '/auth/callback',
        '/auth/logout/provider',
      ]) {
        found.push(await fetchIn(page, api(path)), await fetchIn(page, api(path), { redirect: 'manual' }));
      }

      expect(found.join()).not.toMatch(/eyJ[\w-]+\.|refresh/);
      expect(found[0]).toContain('"csrfToken"');
    });

    it('[P7.4] reads and writes with credentials, and sees the headers that it must heed', async () => {
      const seen = await page.evaluate(async (origin) => {
        const session = (await (
          await fetch(`${origin}/auth/session`, { credentials: 'include' })
        ).json()) as {
          csrfToken: string;
        };
        const created = await fetch(`${origin}/v2/customers`, {
          method: 'POST',
          credentials: 'include',
          headers: {
            'content-type': 'application/json',
            'x-csrf-token': session.csrfToken,
            'idempotency-key': crypto.randomUUID(),
          },
          body: JSON.stringify({ givenName: 'Zoe', familyName: 'Zed', email: 'zoe.zed@example.com' }),
        });
        const names = [
          'x-request-id',
          'etag',
          'location',
          'ratelimit',
          'x-ratelimit-remaining',
          'set-cookie',
        ];
        return { status: created.status, headers: names.map((name) => created.headers.get(name) !== null) };
      }, world.apiOrigin);

      expect(seen).toEqual({ status: 201, headers: [true, true, true, true, true, false] });
    });

    it('[P7.4] asks first and the answer is remembered', async () => {
      const log = world.app.log;
      const before = log.all.length;
      for (let index = 0; index < 3; index += 1) {
        await fetchIn(page, api('/v2/customers'), { headers: { 'x-request-id': `from-page-${index}` } });
      }
      const methods = log.all
        .slice(before)
        .filter(({ route }) => route === '/v2/customers')
        // The page itself reads them, too, once somebody has logged in.
        .filter(({ method, requestId }) => method === 'OPTIONS' || String(requestId).startsWith('from-page'))
        .map(({ method }) => method);

      expect(methods).toEqual(['OPTIONS', 'GET', 'GET', 'GET']);
    });

    it('[P7.3] may not send a method or a header that the route does not serve', async () => {
      const refused = [
        await fetchIn(page, api('/v2/customers'), { method: 'PUT' }),
        await fetchIn(page, api('/v2/customers'), { headers: { 'x-api-key': 'x' } }),
      ];

      expect(refused).toEqual(['blocked: TypeError', 'blocked: TypeError']);
    });

    it('[P7.4] changes nothing without its token', async () => {
      const refused = await fetchIn(page, api('/cross-origin/known'), { method: 'POST' });

      expect(refused).toMatch(/^403 cors .*csrf\.refused/);
      expect(deeds.count).toBe(0);
    });

    it('[P1.2] logs out, here and at the provider', async () => {
      await page.click('#log-out');
      await page.click('button[name=logout]');
      await page.waitForSelector('#stranger:not([hidden])');
      const cookies = (await context.cookies(world.apiOrigin)).filter(({ name }) =>
        name.startsWith('__Host-'),
      );
      await page.click('#log-in');

      // The provider asks for name and password again.
      await page.waitForSelector('input[name=password]');
      expect(cookies).toEqual([]);
    });

    it('[P1.2] of one person is the session of that person alone', async () => {
      const other = await world.newContext();
      const otherPage = await other.newPage();
      await world.logIn(otherPage, 'bob');

      expect(await otherPage.textContent('#who')).toContain('of globex');
      expect(await page.textContent('#who')).toContain('of acme');
      await other.close();
    });
  });

  describe.each(Object.entries(HOSTILE))('a page of %s', (_what, host) => {
    beforeEach(async () => {
      await page.goto(world.hostilePageAt(host));
    });

    it('[P7.2] reads nothing', async () => {
      expect(await fetchIn(page, api('/auth/session'))).toBe('blocked: TypeError');
      expect(await fetchIn(page, api('/v2/customers'))).toBe('blocked: TypeError');
      expect(await fetchIn(page, api('/v2/customers'), { mode: 'no-cors' })).toMatch(/^blocked|^0 opaque $/);
    });

    it('[P7.4] changes nothing by a fetch of any kind', async () => {
      const before = await countCustomers();
      const body = JSON.stringify({ givenName: 'Eve', familyName: 'Evil', email: 'eve@example.com' });
      const calls: Call[] = [
        { method: 'POST' },
        { method: 'POST', mode: 'no-cors' },
        { method: 'POST', body },
        { method: 'POST', body, mode: 'no-cors' },
        { method: 'POST', body, headers: { 'content-type': 'application/json' } },
        { method: 'POST', headers: { 'x-csrf-token': 'x' } },
        { method: 'DELETE' },
      ];
      for (const init of calls) {
        for (const path of ['/cross-origin/known', '/v2/customers', '/auth/logout']) {
          expect(await fetchIn(page, api(path), init)).toMatch(/^blocked|^0 opaque $/);
        }
      }

      expect(deeds.count).toBe(0);
      expect(await countCustomers()).toBe(before);
      expect(await isLoggedIn()).toBe(true);
    });

    it('[P7.4] changes nothing by a form, an image or a beacon', async () => {
      const before = await countCustomers();
      for (const path of ['/cross-origin/known', '/auth/logout', '/v2/customers']) {
        for (const enctype of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
          await page.goto(world.hostilePageAt(host));
          await Promise.all([page.waitForURL(api(path)), page.evaluate(submitForm(api(path), enctype))]);
        }
        await page.goto(world.hostilePageAt(host));
        await page.evaluate(loadWithoutAsking(api(path)));
      }

      expect(deeds.count).toBe(0);
      expect(await countCustomers()).toBe(before);
      expect(await isLoggedIn()).toBe(true);
    });

    it('[P1.2] cannot plant a session of its own', async () => {
      await context.clearCookies();
      const site = host.split('.').slice(-2).join('.');
      // A name that begins with a blank is no host cookie to the browser; it must be none to us.
      await page.goto(`${world.hostilePageAt(host)}?plant=${site}`);

      await page.goto(api('/auth/session'));

      // Not that a session has ended: there is none.
      expect(await page.textContent('body')).toContain('auth.credentials_missing');
    });

    it('[P1.2] cannot send the browser back to itself after a log-in', async () => {
      const target = world.hostilePageAt(host);
      await page.goto(api(`/auth/login?returnTo=${encodeURIComponent(target)}`));

      expect(await page.textContent('body')).toContain('session.return_url');
    });
  });

  describe('counter-proofs', () => {
    it('[P7.2] without the list the neighbour reads the person’s customers', async () => {
      const open = await world.without(without('origin allowlist'));
      await page.goto(world.hostilePageAt('evil.demo.localhost'));

      expect(await fetchIn(page, `${open.origin}/auth/session`)).toMatch(/^200 cors .*csrfToken/);
      await open.stop();
    });

    it('[P7.4] without the proof of intent the neighbour acts, and logs the person out', async () => {
      const open = await world.without(without('proof of intent'));
      await page.goto(world.hostilePageAt('evil.demo.localhost'));

      await fetchIn(page, `${open.origin}/cross-origin/known`, { method: 'POST', mode: 'no-cors' });
      await fetchIn(page, `${open.origin}/auth/logout`, { method: 'POST', mode: 'no-cors' });

      expect(deeds.count).toBe(1);
      expect(await isLoggedIn()).toBe(false);
      await open.stop();
    });
  });
});
