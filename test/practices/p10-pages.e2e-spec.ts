import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrowserWorld } from '../support/browser-world.js';
import { hasChromium } from '../support/chromium.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';

/*
 * The attack: the documentation page. It is open because nobody closed it, its policy is off because it
 * would not run otherwise, and people paste their tokens into it.
 */

describe('who sees the documentation', () => {
  let closed: TestApp;
  let open: TestApp;
  let guarded: TestApp;

  beforeAll(async () => {
    closed = await createTestApp({ issuer: await SessionIssuer.start() });
    const session = { ...SESSION_ENVIRONMENT, API_DOCS_ACCESS: 'log-in' };
    open = await createTestApp({ besides: closed, environment: { API_DOCS_ACCESS: 'public' } });
    guarded = await createTestApp({ besides: closed, environment: session, clock: closed.clock });
  });
  afterAll(async () => {
    await open.stop();
    await guarded.stop();
    await closed.stop();
  });

  const statusOf = async (app: TestApp, path: string): Promise<number> =>
    (await fetch(app.url + path, { redirect: 'manual' })).status;

  const PARTS = [
    '/docs',
    '/docs/v2',
    '/docs/v1',
    '/docs/assets/docs.js',
    '/openapi/v1.json',
    '/openapi/v2.json',
  ];

  it('[P10.4] is nobody, unless an operator says otherwise', async () => {
    for (const path of PARTS) {
      expect(await statusOf(closed, path), path).toBe(404);
    }
  });

  it('[P10.1] is everybody where it is public', async () => {
    expect(await Promise.all(PARTS.map((path) => statusOf(open, path)))).toEqual([
      303, 200, 200, 200, 200, 200,
    ]);
  });

  it('[P10.4] counter-proof: where it is public, a stranger reads all of it', async () => {
    const { body } = await open.api.get('/openapi/v2.json');

    expect(body.paths).toHaveProperty('/v2/admin/sessions');
    expect((await guarded.api.get('/openapi/v2.json')).status).toBe(401);
  });

  it('[P10.4] is whoever has a credential, where it is behind the log-in: a browser is sent there', async () => {
    const page = await fetch(`${guarded.url}/docs/v2`, { redirect: 'manual' });

    expect([page.status, page.headers.get('location')]).toEqual([303, '/auth/login?returnTo=/docs/v2']);
    expect((await (await guarded.as()).get('/openapi/v2.json')).status).toBe(200);
    expect((await guarded.api.withToken('forged').get('/openapi/v2.json')).status).toBe(401);
  });

  it('[P10.4] cannot be found out by trying keys: refused ones are counted as everywhere', async () => {
    const limits = { RATE_LIMIT_FAILED_AUTHENTICATION: '3/hour' };
    const environment = { ...SESSION_ENVIRONMENT, API_DOCS_ACCESS: 'log-in', ...limits };
    const strict = await createTestApp({ besides: closed, environment });
    const guess = (path: string): Promise<{ status: number }> => strict.api.withToken('forged').get(path);

    const statuses: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      statuses.push((await guess('/openapi/v2.json')).status);
    }

    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await guess('/v2/customers')).status).toBe(429);
    await strict.stop();
  });

  it('[P10.4] enforces the policy of its page, whatever CSP_MODE says of other pages', async () => {
    const { headers } = await fetch(`${open.url}/docs/v2`);

    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*style-src 'self';/);
    expect(headers.get('content-security-policy-report-only')).toBeNull();
  });

  it('[P10.4] is told of in the log when a credential for it is refused', async () => {
    const { requestId } = await guarded.api.withToken('forged').get('/openapi/v2.json');

    expect(guarded.log.events(requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'authn_login_fail', route: '/openapi/:file' }),
    );
  });

  it.each([
    '/docs/v3',
    '/docs/v',
    '/docs/latest',
    '/openapi/v3.json',
    '/openapi/v2',
    '/openapi/v2.yaml',
    '/docs/assets',
    '/docs/assets/',
    '/docs/assets/docs.controller.js',
    '/docs/assets/..%2fdocs.controller.ts',
    '/docs/assets/%2e%2e%2fpackage.json',
    '/.git/HEAD',
    '/.env',
    '/package.json',
  ])('[P10.4] finds nothing else there: %s', async (path) => {
    expect([400, 404]).toContain(await statusOf(open, path));
  });

  it('[P10.4] learns from no header what serves it', async () => {
    for (const path of PARTS) {
      const { headers } = await fetch(open.url + path, { redirect: 'manual' });
      expect([headers.get('server'), headers.get('x-powered-by')], path).toEqual([null, null]);
    }
  });

  it('[P10.4] cannot be behind a log-in that nobody has set up', async () => {
    await expect(
      createTestApp({ besides: closed, environment: { API_DOCS_ACCESS: 'log-in' } }),
    ).rejects.toThrow('API_DOCS_ACCESS is log-in, for which SESSION_CLIENT_ID is needed');
  });

  it.each([
    ['/docs/v2', 'http://api.demo.localhost/docs/v2'],
    ['/docs/v1', 'http://api.demo.localhost/docs/v1'],
    ['/docs', 'http://api.demo.localhost/docs'],
  ])('[P10.4] comes back to %s after the log-in', async (returnTo, url) => {
    const browser = new TestBrowser(guarded);

    const completed = await browser.logIn(returnTo);

    expect(completed.headers.get('location')).toBe(url);
  });

  it.each(['/', '/v2/customers', '//evil.test/docs/', '/docs/../v2/customers'])(
    '[P10.4] comes back to no other page of the API: %s',
    async (returnTo) => {
      const begun = await new TestBrowser(guarded).open(
        `/auth/login?returnTo=${encodeURIComponent(returnTo)}`,
      );

      expect(begun.body).toMatchObject({ code: 'session.return_url' });
    },
  );

  it('[P10.4] does not come back to a page that nobody is shown', async () => {
    const off = await createTestApp({ besides: closed, environment: { ...SESSION_ENVIRONMENT } });

    const begun = await new TestBrowser(off).open('/auth/login?returnTo=/docs/v2');

    expect(begun.body).toMatchObject({ code: 'session.return_url' });
    await off.stop();
  });
});

describe.skipIf(!hasChromium)('the page in Chromium, under its policy', () => {
  let world: BrowserWorld;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    world = await BrowserWorld.start({ API_DOCS_ACCESS: 'log-in' });
    page = await (await world.newContext()).newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${world.apiOrigin}/docs`);
    await world.fillIn(page, 'alice');
    await page.waitForSelector('.opblock');
  });
  afterAll(() => world.stop());

  it('[P10.1] is reached through the log-in, and shows every operation of the newest version', async () => {
    expect(page.url()).toBe(`${world.apiOrigin}/docs/v2`);
    expect(await page.locator('.opblock').count()).toBeGreaterThan(20);
    await page.locator('#session', { hasText: 'Logged in as' }).waitFor();
    expect(await page.locator('#deprecation').count()).toBe(0);
  });

  it('[P10.2] tells how to authenticate, which limits hold, and how to rotate a key', async () => {
    const words = await page.locator('.information-container').innerText();

    expect(words).toContain('Authorization: Bearer');
    expect(words).toContain('5000/hour');
    expect(words).toContain('API keys and their rotation');
    expect(words).toContain('TLS 1.2 or newer');
  });

  it('[P10.4] has no place for a token, and holds none', async () => {
    expect(await page.locator('.btn.authorize, .authorization__btn').count()).toBe(0);
    const held = await page.evaluate<string>(
      'JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie',
    );
    expect(held).not.toContain('eyJ');
    expect(await page.content()).not.toMatch(/eyJ[A-Za-z0-9_-]{20}/);
  });

  it('[P10.1] tries calls out with the session, unsafe ones with the proof of intent', async () => {
    const execute = async (operation: string): Promise<string> => {
      const block = page.locator(`#operations-${operation}`);
      await block.locator('.opblock-summary-control').click();
      await block.locator('.try-out__btn').click();
      await block.locator('.execute').click();
      return block.locator('.live-responses-table tbody .response-col_status').first().innerText();
    };

    expect(await execute('Customers-customers_list')).toContain('200');
    expect(await execute('Log-in_and_sessions-logIn_logOut')).toContain('200');
  });

  it('[P10.2] of v1 says when it ends, and what to use instead', async () => {
    // The log-out has ended the session: the page sends its reader to the log-in, which knows the person still.
    await page.goto(`${world.apiOrigin}/docs/v2`);
    await page.waitForSelector('.opblock');
    await page.click('text=v1');
    await page.waitForSelector('.opblock');

    const banner = page.locator('#deprecation');
    expect(await banner.innerText()).toContain(`ends on ${world.app.environment['API_V1_SUNSET_ON']}`);
    await banner.locator('text=how to migrate').click();
    expect(await page.locator('h1').innerText()).toContain('v1');
  });

  it('[P10.4] makes the browser complain of nothing, and its policy report nothing', () => {
    // 401 of /auth/session after the log-out is an answer, not a fault.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    expect(world.app.log.all.filter((line) => line['securityEvent'] === 'csp_violation')).toEqual([]);
  });

  describe('once its reader logs out', () => {
    let reader: Page;

    beforeEach(async () => {
      const context = await world.newContext();
      reader = await context.newPage();
      await reader.goto(`${world.apiOrigin}/docs/v2`);
      await world.fillIn(reader, 'bob');
      await reader.waitForSelector('.opblock');
      await keep();
    });
    afterEach(() => reader.context().close());

    const kept = (): Promise<unknown> => reader.evaluate("localStorage.getItem('kept')");
    const keep = (): Promise<unknown> => reader.evaluate("localStorage.setItem('kept', 'MARKED-4711')");
    const sessionCookies = async (): Promise<string[]> =>
      (await reader.context().cookies(world.apiOrigin))
        .map(({ name }) => name)
        .filter((name) => name.startsWith('__Host-'));
    /** What somebody finds who comes to the same browser after the click. */
    const found = async (): Promise<unknown> => {
      await reader.waitForURL((url) => !url.pathname.startsWith('/docs'));
      await reader.goto(`${world.apiOrigin}/problems`);
      return kept();
    };

    it('[P1.2] ends the session with one click, here and at the provider', async () => {
      await reader.click('#session button');
      await reader.click('button[name=logout]');
      await reader.waitForURL(`${world.appOrigin}/**`);

      expect(await sessionCookies()).toEqual([]);
      await reader.goto(`${world.apiOrigin}/docs/v2`);
      await reader.waitForSelector('input[name=password]');
    });

    it('[P1.2] leaves in the browser nothing that the page kept', async () => {
      await reader.click('#session button');

      expect(await found()).toBeNull();
    });

    it('[P1.2] counter-proof: without Clear-Site-Data, whoever comes after finds what the page kept', async () => {
      await reader.route('**/auth/logout', async (route) => {
        // Names below localhost are for Chromium alone.
        const response = await route.fetch({ url: `${world.app.url}/auth/logout` });
        const headers = response.headers();
        delete headers['clear-site-data'];
        await route.fulfill({ response, headers });
      });

      await reader.click('#session button');

      expect(await found()).toBe('MARKED-4711');
    });

    it('[P1.2] shows no answer any more, even while the API is out of reach', async () => {
      await reader.route('**/auth/logout', (route) => route.abort());

      await reader.click('#session button');

      await reader.locator('#session', { hasText: 'not logged out' }).waitFor();
      expect(await reader.locator('#documentation').innerText()).toBe('');
    });

    it('[P1.2] shows no answer any more to who comes back after the session has ended elsewhere', async () => {
      await reader.evaluate(`fetch('/auth/session').then((answer) => answer.json()).then(({ csrfToken }) =>
        fetch('/auth/logout', { method: 'POST', headers: { 'x-csrf-token': csrfToken } }))`);

      await reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

      // The provider knows the person still, and so a fresh page comes: without what was shown.
      await vi.waitFor(async () => expect(await kept()).toBeNull(), { timeout: 10_000 });
      await reader.waitForSelector('.opblock');
    });
  });

  it('[P2.3] says why its document is refused, and when to come back', async () => {
    const exhausted = await createTestApp({
      besides: world.app,
      environment: { API_DOCS_ACCESS: 'public', RATE_LIMIT_DOCUMENTATION: '1/hour' },
    });
    const document = `${exhausted.url}/openapi/v2.json`;
    await fetch(document);
    await page.route('**/openapi/v2.json', async (route) =>
      route.fulfill({ response: await route.fetch({ url: document }) }),
    );

    await page.goto(`${world.apiOrigin}/docs/v2`);
    await page.locator('#documentation', { hasText: 'try again' }).waitFor();

    const words = await page.locator('#documentation').innerText();
    expect(words).toMatch(/^Too many requests: try again in (3600|359\d) seconds\.$/);
    await page.unroute('**/openapi/v2.json');
    await exhausted.stop();
  });

  it('[P10.4] counter-proof: what is written into the page does not run there', async () => {
    await page.goto(`${world.apiOrigin}/docs/v2`);
    await page.waitForSelector('.opblock');
    const before = complaints.length;

    const ran = await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.planted = true';
      document.body.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
      ({ planted: 'planted' in window, display: getComputedStyle(document.body).display });
    `);

    expect(ran).toEqual({ planted: false, display: 'block' });
    expect(complaints.slice(before).join('\n')).toContain('Content Security Policy');
  });
});
