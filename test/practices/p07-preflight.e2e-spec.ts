import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResponse } from '../support/api-client.js';
import { CrossOriginModule, EveryMethodModule } from '../support/cross-origin-routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { APP_ORIGIN, SESSION_ENVIRONMENT } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: a page asks for more than it may, and counts on an answer that lists everything the
 * server knows. And the mistake beside it: a preflight that is asked for a credential, which no
 * browser ever sends along, so that nothing works and somebody switches the protection off.
 */

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ modules: [CrossOriginModule], environment: SESSION_ENVIRONMENT });
});
afterAll(() => app.stop());

interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: string;
  readonly origin?: string;
}

async function preflight(
  { path = '/v2/customers', method = 'GET', headers, origin = APP_ORIGIN }: Question = {},
  { url }: TestApp = app,
): Promise<ApiResponse> {
  const response = await fetch(url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
    },
  });
  const body: unknown = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body,
    requestId: response.headers.get('x-request-id') ?? '',
  };
}

const listIn = ({ headers }: ApiResponse, name: string): string[] =>
  headers.get(name)?.split(', ').toSorted() ?? [];
const methodsIn = (answer: ApiResponse): string[] => listIn(answer, 'access-control-allow-methods');
const headersIn = (answer: ApiResponse): string[] => listIn(answer, 'access-control-allow-headers');
const corsHeaders = ({ headers }: ApiResponse): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('a preflight', () => {
  it('[P7.4] is answered with 204 and no body, and remembered', async () => {
    const answer = await preflight();

    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP_ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-max-age')).toBe('600');
    expect(answer.headers.get('vary')).toBe(
      'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    );
  });

  it('[P7.4] needs no credential, counts as no failed one and spends no limit', async () => {
    const strict = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: {
        ...SESSION_ENVIRONMENT,
        RATE_LIMIT_ANONYMOUS: '1/hour',
        RATE_LIMIT_FAILED_AUTHENTICATION: '1/hour',
      },
    });

    const answers = await Promise.all(Array.from({ length: 20 }, () => preflight({}, strict)));

    expect(answers.every(({ status }) => status === 204)).toBe(true);
    expect(answers.flatMap(({ requestId }) => app.log.events(requestId))).toEqual([]);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBeNull();
    await strict.stop();
  });

  it('[P7.4] remembers as long as the setting says', async () => {
    const other = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: { ...SESSION_ENVIRONMENT, CORS_PREFLIGHT_MAX_AGE_SECONDS: '7200' },
    });

    expect((await preflight({}, other)).headers.get('access-control-max-age')).toBe('7200');
    await other.stop();
  });

  it.each<[what: string, question: Question, methods: string[], headers: string[]]>([
    ['a list', { method: 'GET' }, ['GET', 'POST'], ['authorization', 'traceparent', 'x-request-id']],
    [
      'a creation',
      { method: 'POST' },
      ['GET', 'POST'],
      ['authorization', 'content-type', 'idempotency-key', 'traceparent', 'x-csrf-token', 'x-request-id'],
    ],
    [
      'one resource',
      { path: '/v2/customers/1', method: 'GET' },
      ['DELETE', 'GET', 'PATCH'],
      ['authorization', 'if-none-match', 'traceparent', 'x-request-id'],
    ],
    [
      'a change',
      { path: '/v2/customers/1', method: 'PATCH' },
      ['DELETE', 'GET', 'PATCH'],
      ['authorization', 'content-type', 'if-match', 'traceparent', 'x-csrf-token', 'x-request-id'],
    ],
    [
      'a removal',
      { path: '/v2/customers/1', method: 'DELETE' },
      ['DELETE', 'GET', 'PATCH'],
      ['authorization', 'if-match', 'traceparent', 'x-csrf-token', 'x-request-id'],
    ],
    [
      'the log-out',
      { path: '/auth/logout', method: 'POST' },
      ['POST'],
      ['authorization', 'content-type', 'traceparent', 'x-csrf-token', 'x-request-id'],
    ],
    ['what everybody may read', { path: '/cross-origin/for-any' }, ['GET'], ['traceparent', 'x-request-id']],
  ])(
    '[P7.3] names for %s the methods and headers of that route and no others',
    async (_what, question, methods, headers) => {
      const answer = await preflight(question);

      expect(methodsIn(answer)).toEqual(methods);
      expect(headersIn(answer)).toEqual(headers);
    },
  );

  it('[P7.3] takes header names in any case, and several', async () => {
    const answer = await preflight({ method: 'POST', headers: 'Content-Type,x-csrf-token , Authorization' });

    expect(answer.headers.get('access-control-allow-origin')).toBe(APP_ORIGIN);
  });

  it.each<[what: string, question: Question, reason: string]>([
    ['a method that the URL does not have', { method: 'PUT' }, 'method'],
    ['a method in lower case', { method: 'get' }, 'method'],
    ['an invented method', { method: 'STEAL' }, 'method'],
    ['TRACE', { method: 'TRACE' }, 'method'],
    ['a header that the route does not read', { headers: 'x-api-key' }, 'headers'],
    ['one header too many', { method: 'POST', headers: 'content-type, x-forwarded-for' }, 'headers'],
    ['a wildcard', { headers: '*' }, 'headers'],
    ['If-Match on a list', { method: 'POST', headers: 'if-match' }, 'headers'],
    ['very many headers', { headers: 'x-request-id,'.repeat(200) }, 'headers'],
    ['a route for no page', { path: '/cross-origin/closed' }, 'origin'],
    ['a public route', { path: '/cross-origin/public' }, 'origin'],
    ['a refused origin', { origin: 'https://evil.test' }, 'origin'],
    ['a refused origin and method', { origin: 'https://evil.test', method: 'PUT' }, 'origin'],
  ])('[P7.3] gets nothing for %s, and is an event', async (_what, question, reason) => {
    app.clock.advanceSeconds(61);
    const answer = await preflight(question);

    expect(answer.status).toBe(204);
    expect(corsHeaders(answer)).toEqual([]);
    expect(app.log.events(answer.requestId)).toEqual([
      expect.objectContaining({ securityEvent: 'malicious_cors', reason }),
    ]);
  });

  it('[P7.4] of HEAD is answered like that of GET', async () => {
    const [head, get] = [await preflight({ method: 'HEAD' }), await preflight({ method: 'GET' })];

    expect(head.headers.get('access-control-allow-origin')).toBe(APP_ORIGIN);
    expect(headersIn(head)).toEqual(headersIn(get));
  });

  it('[P7.4] knows a URL whose routes name its parameters differently', async () => {
    const answer = await preflight({ path: '/cross-origin/things/7', method: 'DELETE' });

    expect(methodsIn(answer)).toEqual(['DELETE', 'GET']);
  });

  it('[P7.4] of a route that would serve OPTIONS itself stops the start', async () => {
    await expect(createTestApp({ modules: [EveryMethodModule] })).rejects.toThrow(
      '/every-method must not serve OPTIONS itself',
    );
  });

  it('[P7.4] of a URL without a route is 404', async () => {
    const answer = await preflight({ path: '/v2/nothing' });

    expect(answer.status).toBe(404);
    expect(corsHeaders(answer)).toEqual([]);
  });

  it.each([
    ['an origin', { 'access-control-request-method': 'GET' }],
    ['a method', { origin: APP_ORIGIN }],
  ])('[P7.4] is none without %s: OPTIONS is not a method of this API', async (_what, headers) => {
    const answer = await fetch(`${app.url}/v2/customers`, { method: 'OPTIONS', headers });

    expect(answer.status).toBe(404);
    expect(answer.headers.get('access-control-allow-methods')).toBeNull();
  });

  it('[P7.4] says nothing about the resource: one that exists and one that does not look alike', async () => {
    const shapes = ['1', 'f0f0f0f0-0000-4000-8000-000000000000'].map(async (id) => {
      const { status, headers } = await preflight({ path: `/v2/customers/${id}` });
      return [
        status,
        headers.get('access-control-allow-methods'),
        headers.get('access-control-allow-headers'),
      ];
    });
    const [one, other] = await Promise.all(shapes);

    expect(one).toEqual(other);
  });

  it('[P7.3] counter-proof: without the list every origin is told what it may send', async () => {
    const open = await createTestApp({
      besides: app,
      clock: app.clock,
      removal: without('origin allowlist'),
      environment: SESSION_ENVIRONMENT,
    });

    const answer = await preflight({ origin: 'https://evil.test', method: 'POST' }, open);

    expect(methodsIn(answer)).toContain('POST');
    await open.stop();
  });
});
