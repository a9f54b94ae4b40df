import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { AuthConfig } from '../../src/auth/auth.config.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { testEnvironment } from '../support/environment.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: somebody on the way between API and issuer replaces the issuer's keys, and with
 * them decides which tokens are good. It needs one plaintext URL.
 */

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

/** Behind a proxy that speaks TLS, so that the issuer is the only fault. */
const production = { NODE_ENV: 'production', HTTP_SERVER_TRUSTED_PROXIES: '1' };
const withIssuer = (issuer: string, others: object = {}): Record<string, string | undefined> => ({
  ...testEnvironment('postgresql://db.example/secure_api?sslmode=verify-full', issuer),
  ...others,
});

describe('an issuer without https', () => {
  it('[P1.3] is refused at start-up in production, on loopback too', () => {
    for (const issuer of ['http://id.example', 'http://localhost:3001', 'http://127.0.0.1:3001']) {
      expect(() => parseConfiguration(CONFIG_SLICES, withIssuer(issuer, production))).toThrow(
        'OIDC_ISSUER must be an https URL in production',
      );
    }
  });

  it('[P1.3] is refused when nobody says which kind of environment it is', () => {
    const environment = withIssuer('http://localhost:3001', { NODE_ENV: undefined });

    expect(() => parseConfiguration(CONFIG_SLICES, environment)).toThrow(
      'must be an https URL in production',
    );
  });

  it('[P1.3] is tolerated in development on loopback only', () => {
    const parse = (issuer: string): unknown =>
      parseConfiguration(CONFIG_SLICES, withIssuer(issuer, { NODE_ENV: 'development' }));

    expect(parse('http://localhost:3001')).toBeDefined();
    expect(() => parse('http://localhost.example:3001')).toThrow('unless it is on loopback');
  });

  it('[P1.3] counter-proof: without the rule, production starts with it', () => {
    const definition = { ...AuthConfig.definition, rules: () => [] };
    const unguarded = class extends AuthConfig {
      static override readonly definition = definition;
    };

    const slices = CONFIG_SLICES.map((slice) => (slice === AuthConfig ? unguarded : slice));

    expect(parseConfiguration(slices, withIssuer('http://id.example', production))).toBeDefined();
  });
});

describe('a key URL without https that a discovery document names', () => {
  it('[P1.3] stops the start', async () => {
    const own = await createTestApp();
    own.issuer.keySetUrl = 'http://id.example/jwks';

    const start = createTestApp({ besides: own });

    await expect(start).rejects.toThrow('the key URL that OIDC_ISSUER names must be an https URL');
    await own.stop();
  });

  it('[P1.3] is not used when it appears later', async () => {
    const own = await createTestApp();
    own.issuer.isDown = true;
    const late = await createTestApp({ besides: own });
    own.issuer.isDown = false;
    own.issuer.keySetUrl = 'http://id.example/jwks';

    const response = await late.api.withToken(await own.issuer.token()).get('/v2/customers');

    expect(response.status).toBe(503);
    await late.stop();
    await own.stop();
  });
});

it('[P1.3] keys that lie behind a redirect are not fetched', async () => {
  const own = await createTestApp();
  const target = own.issuer.keySetUrl;
  const detour = createServer((_request, response) => response.writeHead(302, { location: target }).end());
  await once(detour.listen(0, '127.0.0.1'), 'listening');
  own.issuer.keySetUrl = `http://127.0.0.1:${(detour.address() as AddressInfo).port}/jwks`;
  const misled = await createTestApp({ besides: own });
  const before = own.issuer.keyFetches;

  const response = await misled.api.withToken(await own.issuer.token()).get('/v2/customers');

  expect(response).toMatchObject({ status: 503, body: { code: 'auth.issuer_unavailable' } });
  expect(own.issuer.keyFetches).toBe(before);
  await misled.stop();
  await own.stop();
  detour.closeAllConnections();
  detour.close();
});

it('[P1.4] a discovery document of another issuer stops the start (OpenID Connect Discovery §4.3)', async () => {
  const environment = { OIDC_ISSUER: app.issuer.url.replace('127.0.0.1', 'localhost') };

  const start = createTestApp({ besides: app, environment });

  await expect(start).rejects.toThrow('names another issuer');
});
