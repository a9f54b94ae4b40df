import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResponse } from '../support/api-client.js';
import { CrossOriginModule } from '../support/cross-origin-routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a page whose origin looks like an allowed one, and differs in a letter, a port or a
 * label, wants to read through the browser of somebody who is logged in.
 */

const ALLOWED = ['https://app.example.com', 'http://app.demo.localhost:8080'];

/** Each differs from an allowed origin in one way, or is something else altogether. */
const REFUSED: readonly (readonly [what: string, origin: string])[] = [
  ['another scheme', 'http://app.example.com'],
  ['another scheme', 'https://app.demo.localhost:8080'],
  ['web socket scheme', 'wss://app.example.com'],
  ['file scheme', 'file://'],
  ['extension', 'chrome-extension://abcdefghijklmnop'],
  ['no scheme', 'app.example.com'],
  ['only slashes', '//app.example.com'],
  ['explicit default port', 'https://app.example.com:443'],
  ['other port', 'https://app.example.com:8443'],
  ['no port', 'http://app.demo.localhost'],
  ['longer port', 'http://app.demo.localhost:80800'],
  ['shorter port', 'http://app.demo.localhost:808'],
  ['empty port', 'https://app.example.com:'],
  ['sub-domain', 'https://evil.app.example.com'],
  ['parent domain', 'https://example.com'],
  ['sibling', 'https://www.example.com'],
  ['prefix', 'https://evilapp.example.com'],
  ['prefix with hyphen', 'https://evil-app.example.com'],
  ['suffix', 'https://app.example.com.evil.test'],
  ['longer last label', 'https://app.example.community'],
  ['shorter last label', 'https://app.example.co'],
  ['final dot', 'https://app.example.com.'],
  ['other dot', 'https://appxexample.com'],
  ['upper-case host', 'https://APP.example.com'],
  ['upper-case scheme', 'HTTPS://app.example.com'],
  ['mixed case', 'https://App.Example.Com'],
  ['user name', 'https://app.example.com@evil.test'],
  ['user name before', 'https://evil@app.example.com'],
  ['password', 'https://user:app.example.com@evil.test'],
  ['path', 'https://app.example.com/'],
  ['longer path', 'https://app.example.com/app'],
  ['query', 'https://app.example.com?'],
  ['fragment', 'https://app.example.com#'],
  ['backslash', 'https://app.example.com\\.evil.test'],
  ['encoded dot', 'https://app%2eexample.com'],
  ['encoded slash', 'https://evil.test%2f.app.example.com'],
  ['Cyrillic letter in punycode', 'https://xn--pp-6kc.example.com'],
  ['Cyrillic letter', 'https://\u0430pp.example.com'],
  ['full-width letters', 'https://\uff41pp.example.com'],
  ['full-width dot', 'https://app\uff0eexample.com'],
  ['zero-width space', 'https://app\u200b.example.com'],
  ['null', 'null'],
  ['Null', 'Null'],
  ['null in a list', 'null, https://app.example.com'],
  ['wildcard', '*'],
  ['wildcard host', 'https://*.example.com'],
  ['pattern', 'https://.*'],
  ['two, comma', 'https://app.example.com, https://evil.test'],
  ['two, comma, allowed last', 'https://evil.test, https://app.example.com'],
  ['two, space', 'https://app.example.com https://evil.test'],
  ['twice the same', 'https://app.example.com, https://app.example.com'],
  ['two allowed', `${ALLOWED[0]}, ${ALLOWED[1]}`],
  ['inner tab', 'https://app.example\t.com'],
  ['semicolon', 'https://app.example.com;'],
  ['quoted', '"https://app.example.com"'],
  ['address', 'https://127.0.0.1'],
  ['loopback', 'http://localhost'],
  ['IPv6', 'https://[::1]'],
  ['empty', ''],
  ['a word', 'true'],
  ['an undefined', 'undefined'],
  ['very long', `https://${'a'.repeat(4000)}.example.com`],
];

/** A URL for each class of route. */
const ROUTES = {
  authenticated: '/cross-origin/known',
  'authenticated, of the example': '/v2/customers',
  'authenticated, for no page': '/cross-origin/closed',
  public: '/cross-origin/public',
  'public, for allowed pages': '/cross-origin/for-allowed',
  'public, for any page': '/cross-origin/for-any',
  'navigated to': '/auth/login',
  probed: '/health/live',
  unknown: '/no/such/route',
} as const;

type RouteClass = keyof typeof ROUTES;

/** Where an allowed origin is named. */
const FOR_ALLOWED: readonly RouteClass[] = [
  'authenticated',
  'authenticated, of the example',
  'public, for allowed pages',
];

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await createTestApp({
    modules: [CrossOriginModule],
    environment: { ...SESSION_ENVIRONMENT, CORS_ALLOWED_ORIGINS: ALLOWED.join(',') },
  });
  token = await app.issuer.token();
});
afterAll(() => app.stop());

/** A header may carry bytes beyond ASCII, which fetch takes as Latin-1. */
const wire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const ask = (path: string, origin: string, { url }: TestApp = app): Promise<ApiResponse> =>
  send(url, 'GET', path, { origin: wire(origin), authorization: `Bearer ${token}` });

const askFirst = (path: string, origin: string, { url }: TestApp = app): Promise<ApiResponse> =>
  send(url, 'OPTIONS', path, {
    origin: wire(origin),
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'x-request-id',
  });

async function send(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<ApiResponse> {
  const response = await fetch(url + path, { method, headers, redirect: 'manual' });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
    requestId: response.headers.get('x-request-id') ?? '',
  };
}

const corsHeaders = ({ headers }: ApiResponse): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe.each(Object.entries(ROUTES) as [RouteClass, string][])('a route that is %s', (name, path) => {
  it.each(REFUSED)('[P7.2] names no origin that is not allowed: %s', async (_what, origin) => {
    const answers = [await ask(path, origin), await askFirst(path, origin)];

    const isForAny = name === 'public, for any page';
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      if (isForAny) {
        // A browser never sends an empty origin; whatever it is, it may read what everybody may.
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      } else {
        expect(corsHeaders(answer)).toEqual([]);
      }
    }
  });

  it.each(ALLOWED)('[P7.2] names the allowed origin %s to the pages that may read', async (origin) => {
    const answers = [await ask(path, origin), await askFirst(path, origin)];

    for (const answer of answers) {
      const named = answer.headers.get('access-control-allow-origin');
      if (FOR_ALLOWED.includes(name)) {
        expect(named).toBe(origin);
        expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
        expect(answer.headers.get('vary')).toMatch(/^Origin\b/);
      } else {
        expect(named).toBe(name === 'public, for any page' ? '*' : null);
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      }
    }
  });
});

describe('an answer to an allowed page', () => {
  it('[P7.2] varies by origin, whoever asks, so that no cache mixes them up', async () => {
    const own = await app.api.withToken(token).get('/v2/customers');

    expect(own.headers.get('vary')).toBe('Origin');
    expect(corsHeaders(own)).toEqual([]);
  });

  it('[P7.3] lets it read what a client must heed, refusals included', async () => {
    const answers = [
      await ask('/v2/customers', ALLOWED[0] ?? ''),
      await send(app.url, 'GET', '/v2/customers', { origin: ALLOWED[0] ?? '' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    for (const { headers } of answers) {
      const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(', ') ?? [];
      expect(headers.get('access-control-allow-origin')).toBe(ALLOWED[0]);
      expect(exposed).toEqual(
        expect.arrayContaining([
          'x-request-id',
          'etag',
          'retry-after',
          'ratelimit',
          'x-ratelimit-remaining',
          'deprecation',
          'sunset',
          'link',
        ]),
      );
      expect(exposed).not.toContain('set-cookie');
    }
  });

  it('[P7.2] reaches it when the limit by address is spent, too', async () => {
    const small = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: { ...SESSION_ENVIRONMENT, RATE_LIMIT_ANONYMOUS: '1/hour' },
    });
    const origin = SESSION_ENVIRONMENT['CORS_ALLOWED_ORIGINS'] ?? '';
    await send(small.url, 'GET', '/v2/customers', { origin });

    const refused = await send(small.url, 'GET', '/v2/customers', { origin });

    expect(refused.status).toBe(429);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
    await small.stop();
  });

  it('has no word about credentials where nobody can log in', async () => {
    const other = await createTestApp({
      environment: { CORS_ALLOWED_ORIGINS: 'https://app.example.com' },
    });

    const answer = await send(other.url, 'GET', '/v2/customers', { origin: 'https://app.example.com' });

    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    await other.stop();
  });

  it('is not needed by a page of the API itself, which is no event either', async () => {
    const answer = await send(app.url, 'GET', '/v2/customers', { origin: app.url });

    expect(corsHeaders(answer)).toEqual([]);
    expect(app.log.events(answer.requestId).map((event) => event['securityEvent'])).not.toContain(
      'malicious_cors',
    );
  });
});

describe('a refusal', () => {
  const eventsOf = (answer: ApiResponse): unknown[] =>
    app.log.events(answer.requestId).filter((event) => event['securityEvent'] === 'malicious_cors');

  it('[P7.2] is an event with the origin, once a minute', async () => {
    app.clock.advanceSeconds(61);
    const first = await ask('/v2/customers', 'https://reported.test');
    const second = await ask('/v2/customers', 'https://reported.test');
    app.clock.advanceSeconds(61);
    const later = await ask('/v2/customers', 'https://reported.test');

    expect(eventsOf(first)).toEqual([
      expect.objectContaining({ origin: 'https://reported.test', reason: 'origin', route: '/v2/customers' }),
    ]);
    expect(eventsOf(second)).toEqual([]);
    expect(eventsOf(later)).toHaveLength(1);
  });

  it('[P7.2] fills no log, whatever origins a page makes up', async () => {
    app.clock.advanceSeconds(61);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => askFirst('/v2/customers', `https://made-up-${index}.test`)),
    );

    expect(answers.flatMap(eventsOf)).toHaveLength(10);
  });

  it('[P7.2] repeats nothing that is no origin', async () => {
    app.clock.advanceSeconds(61);
    const answer = await ask('/v2/customers', 'https://x.test/\u202eforged');

    expect(eventsOf(answer)).toEqual([expect.objectContaining({ origin: '(malformed)' })]);
  });
});

describe('counter-proofs', () => {
  it('[P7.2] without the list every origin reads with credentials', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      removal: without('origin allowlist'),
      environment: SESSION_ENVIRONMENT,
    });

    const answer = await ask('/v2/customers', 'https://evil.test', open);

    expect(answer.headers.get('access-control-allow-origin')).toBe('https://evil.test');
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    await open.stop();
  });

  it('[P7.2] with a comparison of beginnings a look-alike reads', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      removal: without('whole origins'),
      environment: { ...SESSION_ENVIRONMENT, CORS_ALLOWED_ORIGINS: 'https://app.example.com' },
    });

    const answer = await ask('/v2/customers', 'https://app.example.com.evil.test', open);

    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com.evil.test');
    await open.stop();
  });
});
