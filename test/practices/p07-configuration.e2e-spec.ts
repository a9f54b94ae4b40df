import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/create-app.js';
import type { Environment } from '../../src/platform/config/configuration.js';
import { CarelessModule } from '../support/cross-origin-routes.js';
import { testEnvironment } from '../support/environment.js';
import { createTestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The mistake: an allowlist that somebody opens "for the moment". It must not start, and say what
 * is wrong.
 */

const ORDINARY = {
  ...testEnvironment('postgresql://u:p@127.0.0.1/db', 'http://127.0.0.1:1'),
  ...SESSION_ENVIRONMENT,
};
const start = (environment: Environment) => () => readConfiguration({ ...ORDINARY, ...environment });

/** Complete, apart from what a test changes. */
const PRODUCTION: Environment = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://u:p@db.example/db?sslmode=verify-full',
  OIDC_ISSUER: 'https://id.example.com',
  HTTP_SERVER_TRUSTED_PROXIES: '10.0.0.1',
  SESSION_PUBLIC_ORIGIN: 'https://api.example.com',
  SESSION_RETURN_URLS: 'https://app.example.com/',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
};

describe('the allowed origins', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com, https://admin.example.com:8443',
    'http://localhost:5173',
    'http://[::1]:5173',
    'https://xn--bcher-kva.example',
  ])('[P7.2] may be %s', (origins) => {
    expect(start({ CORS_ALLOWED_ORIGINS: origins })).not.toThrow();
  });

  it.each([
    ['*', 'must not have a wildcard: name each origin'],
    ['https://*.example.com', 'must not have a wildcard'],
    ['https://app.example.com,*', 'must not have a wildcard'],
    ['null', 'must not be null'],
    ['/^https:\\/\\/.+\\.example\\.com$/', 'must be an origin such as'],
    ['https://app.example.(com|org)', 'must be an origin such as'],
    ['^https://app.example.com$', 'must be an origin such as'],
    ['https://(app|www).example.com', 'must be an origin such as'],
    ['https://app.example.com/', 'must be written as a browser sends it'],
    ['https://app.example.com/app', 'must be written as a browser sends it'],
    ['https://app.example.com:443', 'must be written as a browser sends it'],
    ['https://APP.example.com', 'must be written as a browser sends it'],
    ['https://bücher.example', 'must be written as a browser sends it'],
    ['https://user@app.example.com', 'must be written as a browser sends it'],
    ['app.example.com', 'must be an origin such as'],
    ['ftp://app.example.com', 'must be an origin such as'],
    ['true', 'must be an origin such as'],
    ['https://app.example.com,', 'must be an origin such as'],
    ['http://app.example.com', 'must be an https URL unless it is on loopback'],
  ])('[P7.1] stop the start when they are %s', (origins, rule) => {
    expect(start({ CORS_ALLOWED_ORIGINS: origins })).toThrow(`CORS_ALLOWED_ORIGINS ${rule}`);
  });

  it('[P7.1] stop the start in production when one is plaintext, even on loopback', () => {
    expect(start(PRODUCTION)).not.toThrow();
    for (const origin of ['http://app.example.com', 'http://localhost:5173']) {
      expect(start({ ...PRODUCTION, CORS_ALLOWED_ORIGINS: `https://app.example.com,${origin}` })).toThrow(
        'CORS_ALLOWED_ORIGINS must be an https URL in production',
      );
    }
  });

  it('[P7.1] are none without a setting', async () => {
    const app = await createTestApp();
    const response = await fetch(`${app.url}/v2/customers`, {
      headers: { origin: 'https://app.example.com' },
    });

    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await app.stop();
  });
});

describe('a route', () => {
  it('[P7.1] that authenticates and is open to any origin stops the start', async () => {
    await expect(createTestApp({ modules: [CarelessModule] })).rejects.toThrow(
      'GET /careless authenticates its callers and must not be open to any origin',
    );
  });

  it('[P7.1] counter-proof: when it passes for public, every page reads what it answers to a caller', async () => {
    const open = await createTestApp({ modules: [CarelessModule], removal: without('check of open routes') });
    const token = await open.issuer.token();

    const answer = await fetch(`${open.url}/careless`, {
      headers: { authorization: `Bearer ${token}`, origin: 'https://evil.test' },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    await open.stop();
  });
});

describe('browser sessions', () => {
  it.each<[string, Environment, string]>([
    ['a secret', { SESSION_CLIENT_SECRET: '' }, 'SESSION_CLIENT_SECRET is required with SESSION_CLIENT_ID'],
    ['an origin', { SESSION_PUBLIC_ORIGIN: '' }, 'SESSION_PUBLIC_ORIGIN is required with SESSION_CLIENT_ID'],
    [
      'a place to return to',
      { SESSION_RETURN_URLS: '' },
      'SESSION_RETURN_URLS is required with SESSION_CLIENT_ID',
    ],
    ['openid', { SESSION_SCOPES: 'customers:read' }, 'SESSION_SCOPES must contain openid'],
    [
      'an origin without path',
      { SESSION_PUBLIC_ORIGIN: 'https://api.example.com/' },
      'SESSION_PUBLIC_ORIGIN must be written',
    ],
    [
      'return URLs without query',
      { SESSION_RETURN_URLS: 'https://app.example.com/?a' },
      'SESSION_RETURN_URLS is not a list',
    ],
    ['absolute return URLs', { SESSION_RETURN_URLS: '/app' }, 'SESSION_RETURN_URLS is not a list'],
  ])('[P1.2] do not start without %s', (_what, environment, message) => {
    expect(start(environment)).toThrow(message);
  });

  it.each<[string, Environment]>([
    ['SESSION_PUBLIC_ORIGIN', { SESSION_PUBLIC_ORIGIN: 'http://api.example.com' }],
    ['SESSION_RETURN_URLS', { SESSION_RETURN_URLS: 'https://app.example.com/,http://app.example.com/' }],
  ])('[P1.2] do not start in production with a plaintext %s', (variable, environment) => {
    expect(start({ ...PRODUCTION, ...environment })).toThrow(
      `${variable} must be an https URL in production`,
    );
  });
});
