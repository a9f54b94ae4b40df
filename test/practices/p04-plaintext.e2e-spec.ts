import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { TlsConfig } from '../../src/transport/tls/tls.config.js';
import type { ApiResponse } from '../support/api-client.js';
import { testEnvironment } from '../support/environment.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: listen. One request over plaintext is enough to have its token, and a server that
 * answers it with a redirect teaches its clients to send the next one so, too.
 */

/** The application behind a proxy on this machine, which speaks TLS with the world. */
const BEHIND_PROXY = { HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1' };
const OVER_TLS = { 'x-forwarded-proto': 'https' };

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await createTestApp({ environment: BEHIND_PROXY });
  token = await app.issuer.token();
});
afterAll(() => app.stop());

const get = (path: string, headers: Record<string, string>, target = app): Promise<ApiResponse> =>
  target.api.get(path, { headers });

const exposures = (response: ApiResponse): unknown[] =>
  app.log
    .events(response.requestId)
    .filter((event) => event['securityEvent'] === 'authn_credential_exposed')
    .map((event) => event['carriers']);

describe('a credential over plaintext', () => {
  it.each([
    ['an access token', () => ({ authorization: `Bearer ${token}` }), '', ['authorization']],
    ['an API key', () => ({ 'x-api-key': 'MARKED-4711' }), '', ['x-api-key']],
    ['a cookie', () => ({ cookie: 'session=MARKED-4711' }), '', ['cookie']],
    ['a token in the query', () => ({}), '?access_token=MARKED-4711', ['access_token']],
    [
      'several at once',
      () => ({ authorization: 'Basic MARKED-4711', cookie: 'a=MARKED-4711' }),
      '',
      ['authorization', 'cookie'],
    ],
  ])(
    '[P1.3] is refused, not redirected, and reported as stolen: %s',
    async (_what, headers, query, carriers) => {
      const response = await get(`/v2/customers${query}`, headers());

      expect(response).toMatchObject({ status: 403, body: { code: 'transport.credential_exposed' } });
      expect(response.headers.get('location')).toBeNull();
      expect(exposures(response)).toEqual([carriers]);
      expect(JSON.stringify(app.log.of(response.requestId))).not.toMatch(/MARKED-4711|Bearer/);
    },
  );

  it('[P1.3] is refused on the routes of probes and on those that do not exist', async () => {
    for (const path of ['/health/live', '/nothing/here', '/v9/customers']) {
      const response = await get(path, { authorization: `Bearer ${token}` });

      expect(response).toMatchObject({ status: 403, body: { code: 'transport.credential_exposed' } });
      expect(exposures(response)).toHaveLength(1);
    }
  });

  it('[P1.3] counter-proof: without the refusal, the token is accepted', async () => {
    const open = await createTestApp({
      besides: app,
      environment: BEHIND_PROXY,
      removal: without('plaintext refusal'),
    });

    const response = await get('/v2/customers', { authorization: `Bearer ${token}` }, open);
    await open.stop();

    expect(response.status).toBe(200);
  });
});

describe('plaintext without a credential', () => {
  it('[P1.3] is refused on every route, without a redirect and without an alarm', async () => {
    for (const path of ['/v2/customers', '/nothing/here', '/csp-reports', '/']) {
      const response = await get(path, {});

      expect(response).toMatchObject({ status: 403, body: { code: 'transport.tls_required' } });
      expect(response.headers.get('location')).toBeNull();
      expect(exposures(response)).toEqual([]);
    }
  });

  it('[P1.3] is answered to the probes of an orchestrator', async () => {
    expect((await get('/health/live', {})).status).toBe(200);
    expect((await get('/health/ready', {})).status).toBe(200);
    expect((await app.api.send('HEAD', '/health/live')).status).toBe(200);
  });
});

describe('what a proxy says', () => {
  it('[P1.3] counts when it is trusted: https is served, http is refused', async () => {
    const authorization = `Bearer ${token}`;

    expect((await get('/v2/customers', { authorization, ...OVER_TLS })).status).toBe(200);
    expect((await get('/v2/customers', { authorization, 'x-forwarded-proto': 'http' })).status).toBe(403);
  });

  it('[P1.3] does not count when anybody else says it', async () => {
    const elsewhere = await createTestApp({
      besides: app,
      environment: { HTTP_SERVER_TRUSTED_PROXIES: '10.0.0.0/8' },
    });

    const response = await get('/v2/customers', { authorization: `Bearer ${token}`, ...OVER_TLS }, elsewhere);
    await elsewhere.stop();

    expect(response).toMatchObject({ status: 403, body: { code: 'transport.credential_exposed' } });
  });
});

describe('the configuration', () => {
  const DATABASE = 'postgresql://secure_api_application:x@db.example/secure_api?sslmode=verify-full';
  const start = (variables: Record<string, string>, slices = CONFIG_SLICES): unknown =>
    parseConfiguration(slices, { ...testEnvironment(DATABASE, 'https://id.example'), ...variables });

  it('[P1.3] of production has a certificate or a trusted proxy, on loopback too', () => {
    const production = { NODE_ENV: 'production' };

    expect(() => start(production)).toThrow('TLS_CERT_FILE is required in production');
    expect(() => start({ ...production, HOST: '127.0.0.1' })).toThrow(
      'TLS_CERT_FILE is required in production',
    );
    expect(() => start({ NODE_ENV: '' })).toThrow('TLS_CERT_FILE is required in production');
    expect(start({ ...production, ...BEHIND_PROXY })).toBeDefined();
  });

  it('[P1.3] of any other environment without both listens on loopback only', () => {
    for (const HOST of ['0.0.0.0', '::', '10.0.0.7', 'api.example']) {
      expect(() => start({ HOST })).toThrow('HOST must be a loopback address');
      expect(start({ HOST, ...BEHIND_PROXY })).toBeDefined();
    }
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) {
      expect(start({ HOST })).toBeDefined();
    }
  });

  it('[P1.3] counter-proof: without the rule, production starts in plaintext', () => {
    const unguarded = class extends TlsConfig {
      static override readonly definition = { ...TlsConfig.definition, rules: () => [] };
    };

    const slices = CONFIG_SLICES.map((slice) => (slice === TlsConfig ? unguarded : slice));

    expect(start({ NODE_ENV: 'production' }, slices)).toBeDefined();
  });
});

it('[P1.3] plaintext on loopback is served where neither TLS nor a proxy is configured', async () => {
  const local = await createTestApp({ besides: app });

  const response = await get('/v2/customers', { authorization: `Bearer ${token}` }, local);
  await local.stop();

  expect(response.status).toBe(200);
});
