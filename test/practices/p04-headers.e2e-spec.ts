import { Controller, Get, Header, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import type { ApiResponse } from '../support/api-client.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority } from '../support/certificates.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { getTls } from '../support/tls-client.js';
import { without } from '../support/without.js';

/*
 * The attack: a browser is talked into something. It takes JSON for HTML, shows a page inside
 * another one, runs a script that somebody has smuggled in, or speaks plain HTTP once more.
 */

@Controller({ path: 'pages', version: VERSION_NEUTRAL })
class PagesController {
  @Get('cached')
  @Public()
  @Header('cache-control', 'public, max-age=60')
  cached(): object {
    return { page: true };
  }

  @Get('fault')
  @Public()
  fault(): never {
    throw new Error('at /srv/app/node_modules/fastify/5.12.8');
  }
}

@Module({ controllers: [PagesController] })
class PagesModule {}

/** Every answer is JSON for one caller, unless a route says otherwise. */
const SAFE: Readonly<Record<string, string | RegExp>> = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': /^accelerometer=\(\), .*camera=\(\), .*geolocation=\(\)/,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** What would tell an attacker which exploits to try. */
const TELLTALE = /^(server|x-powered-by|via|x-.*version)$/i;
const VERSION = /fastify|nestjs|node\.?js|express|openssl|\d+\.\d+\.\d+/i;

const BEHIND_PROXY = { HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1' };
const PUBLIC_HOST = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example' };
const HSTS = 'max-age=63072000; includeSubDomains';

let app: TestApp;
let proxied: TestApp;

beforeAll(async () => {
  app = await createTestApp({
    modules: [PagesModule],
    environment: { HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '1', HTTP_SERVER_HANDLER_TIMEOUT_SECONDS: '1' },
  });
  proxied = await createTestApp({ besides: app, modules: [PagesModule], environment: BEHIND_PROXY });
});
afterAll(async () => {
  await proxied.stop();
  await app.stop();
});

function expectSafe(headers: Headers): void {
  for (const [name, value] of Object.entries(SAFE)) {
    expect(headers.get(name), name).toEqual(value instanceof RegExp ? expect.stringMatching(value) : value);
  }
  expect([...headers.keys()].filter((name) => TELLTALE.test(name))).toEqual([]);
}

/** An answer of every layer that can write one, with its status. */
const LAYERS: readonly (readonly [string, number, (target: TestApp) => Promise<ApiResponse>])[] = [
  ['a handler', 200, ({ api }) => api.get('/health/live')],
  ['a handler that fails', 500, ({ api }) => api.get('/pages/fault')],
  ['the guards', 401, ({ api }) => api.get('/v2/customers')],
  ['the router, of an unknown route', 404, ({ api }) => api.get('/nothing/here')],
  ['the router, of a malformed target', 400, ({ api }) => api.get('/%zz')],
  ['the router, of an over-long parameter', 414, ({ api }) => api.get(`/v2/customers/${'x'.repeat(129)}`)],
  ['the body limit', 413, ({ api }) => api.send('POST', '/v2/customers', { raw: ' '.repeat(70_000) })],
  [
    'the content type',
    415,
    ({ api }) => api.send('POST', '/v2/customers', { raw: 'x', headers: { 'content-type': 'text/x' } }),
  ],
  ['the validation', 400, async (target) => (await target.as()).get('/v2/customers?unknown=1')],
];

/** What the parser and the socket answer. */
const RAW = [
  ['garbage', 'HELLO\r\n\r\n', 400],
  ['no host', 'GET /health/live HTTP/1.1\r\n\r\n', 400],
  ['an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n', 417],
  ['large headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
  ['half a request', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
] as const;

async function rawAnswer(bytes: string): Promise<{ status: number; headers: Headers; body: string }> {
  const [head = '', body = ''] = (await sendRaw(app.url, bytes)).split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

describe('every answer', () => {
  it.each(LAYERS)(
    '[P4.6] carries the safe headers and names nothing: %s (%i)',
    async (_what, status, send) => {
      const response = await send(app);

      expect(response.status).toBe(status);
      expectSafe(response.headers);
      expect(JSON.stringify(response.body)).not.toMatch(VERSION);
    },
  );

  it.each(RAW)('[P4.6] before a request exists carries them, too: %s', async (_what, bytes, status) => {
    const answer = await rawAnswer(bytes);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expectSafe(answer.headers);
    expect(answer.body).not.toMatch(VERSION);
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('[P4.6] to a refusal of plaintext carries them, too', async () => {
    const response = await proxied.api.get('/v2/customers');

    expect(response.status).toBe(403);
    expectSafe(response.headers);
  });

  it('[P4.6] keeps what its route says about caching', async () => {
    const response = await app.api.get('/pages/cached');

    expect(response.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('[P4.6] counter-proof: without problem documents, an error page names framework and version', async () => {
    const open = await createTestApp({
      besides: app,
      modules: [PagesModule],
      removal: without('problem documents'),
    });

    const response = await open.api.get('/pages/fault');
    await open.stop();

    expect(JSON.stringify(response.body)).toMatch(VERSION);
  });
});

describe('HSTS', () => {
  const hsts = async (headers: Record<string, string>, path = '/health/live', target = proxied) =>
    (await target.api.get(path, { headers })).headers.get('strict-transport-security');

  it('[P4.3] is two years with sub-domains on every answer over TLS, errors included', async () => {
    for (const path of ['/health/live', '/nothing/here', '/v2/customers', '/pages/fault']) {
      expect(await hsts(PUBLIC_HOST, path), path).toBe(HSTS);
    }
  });

  it('[P4.3] is never sent over plaintext, where anybody could have sent it', async () => {
    expect(await hsts({ 'x-forwarded-host': 'api.example' })).toBeNull();
    expect(await hsts({ 'x-forwarded-host': 'api.example' }, '/v2/customers')).toBeNull();
    expect(await hsts(PUBLIC_HOST, '/health/live', app)).toBeNull();
  });

  it.each(['localhost', 'LOCALHOST', 'api.localhost', '127.0.0.1', '[::1]', 'localhost:3000', '[::1]:3000'])(
    '[P4.3] is never sent for a loopback name, whose other ports would become unreachable: %s',
    async (host) => {
      expect(await hsts({ ...PUBLIC_HOST, 'x-forwarded-host': host })).toBeNull();
    },
  );

  it('[P4.3] is sent by native TLS, for the name that the client used', async () => {
    const authority = await TestAuthority.create('Test');
    const files = await CertificateFiles.create(await authority.issue(['127.0.0.1', 'api.example']));
    const native = await createTestApp({ besides: app, environment: files.environment });
    const get = (headers: Record<string, string>) =>
      getTls(`${native.url}/health/live`, { ca: authority.certificate, headers });

    const byName = await get({ host: 'api.example' });
    const byAddress = await get({});
    await native.stop();
    await files.remove();

    expect(byName.headers['strict-transport-security']).toBe(HSTS);
    expect(byAddress.headers['strict-transport-security']).toBeUndefined();
  });

  it('[P4.3] says preload only when the operator has decided so', async () => {
    const preloaded = await createTestApp({
      besides: app,
      environment: { ...BEHIND_PROXY, HSTS_PRELOAD: 'on' },
    });

    expect(await hsts(PUBLIC_HOST, '/health/live', preloaded)).toBe(`${HSTS}; preload`);
    await preloaded.stop();
  });

  it('[P4.3] counter-proof: without the security headers, browsers may speak plain HTTP again', async () => {
    const open = await createTestApp({
      besides: app,
      environment: BEHIND_PROXY,
      removal: without('security headers'),
    });

    expect(await hsts(PUBLIC_HOST, '/health/live', open)).toBeNull();
    await open.stop();
  });
});
