import { Controller, Get, Header, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { CSP_REPORTS_PATH } from '../../src/transport/headers/header-sets.js';
import { PagePolicy } from '../../src/transport/headers/page-policy.decorator.js';
import type { ApiResponse } from '../support/api-client.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a script that somebody has smuggled into a page reads what the page may read. And
 * the attack on the defence: the endpoint for reports takes whatever strangers send.
 */

const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='";

@Controller({ path: 'pages', version: VERSION_NEUTRAL })
class PagesController {
  @Get('plain')
  @Public()
  @PagePolicy()
  @Header('content-type', 'text/html; charset=utf-8')
  plain(): string {
    return '<!doctype html><title>plain</title>';
  }

  @Get('rich')
  @Public()
  @PagePolicy({ scripts: [HASH], images: ['images.example'], connections: ['https://id.example:8443'] })
  @Header('content-type', 'text/html; charset=utf-8')
  rich(): string {
    return '<!doctype html><title>rich</title>';
  }
}

@Module({ controllers: [PagesController] })
class PagesModule {}

const modules = [PagesModule];
const ENFORCED = 'content-security-policy';
const REPORTED = 'content-security-policy-report-only';

let app: TestApp;
let enforcing: TestApp;

beforeAll(async () => {
  app = await createTestApp({ modules });
  enforcing = await createTestApp({ besides: app, modules, environment: { CSP_MODE: 'enforce' } });
});
afterAll(async () => {
  await enforcing.stop();
  await app.stop();
});

async function headersOf(path: string, target = app): Promise<Headers> {
  return (await fetch(target.url + path)).headers;
}

function directives(policy: string | null): Record<string, string> {
  const entries = (policy ?? '').split(';').map((directive) => directive.split(/ (.*)/s));
  return Object.fromEntries(entries.map(([name = '', sources = '']) => [name, sources]));
}

describe('a page', () => {
  it('[P4.4] begins with a policy that only reports, and says where to', async () => {
    const headers = await headersOf('/pages/plain');

    expect(headers.get(ENFORCED)).toBeNull();
    expect(directives(headers.get(REPORTED))).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'font-src': "'self'",
      'connect-src': "'self'",
      'form-action': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'report-uri': CSP_REPORTS_PATH,
      'report-to': 'csp',
    });
    expect(headers.get('reporting-endpoints')).toBe(`csp="${CSP_REPORTS_PATH}"`);
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('[P4.4] is protected by the same policy once one setting says so', async () => {
    const reported = await headersOf('/pages/plain');
    const enforced = await headersOf('/pages/plain', enforcing);

    expect(enforced.get(REPORTED)).toBeNull();
    expect(enforced.get(ENFORCED)).toBe(reported.get(REPORTED));
  });

  it('[P4.4] has the sources that it names, and no inline code in any mode', async () => {
    const policy = (await headersOf('/pages/rich', enforcing)).get(ENFORCED);

    expect(directives(policy)).toMatchObject({
      'script-src': `'self' ${HASH}`,
      'img-src': "'self' images.example",
      'connect-src': "'self' https://id.example:8443",
    });
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  it.each([
    "'unsafe-inline'",
    "'unsafe-eval'",
    '*',
    '*.example',
    'https:',
    'data:',
    'http://a.example',
    "'self'; script-src *",
  ])('[P4.4] cannot ask for %s: the start fails', (source) => {
    expect(() => PagePolicy({ scripts: [source] })).toThrow('only single places');
  });
});

describe('an answer with JSON', () => {
  it('[P4.4] loads nothing, moves no base, sends no form and is never framed, enforced in both modes', async () => {
    for (const target of [app, enforcing]) {
      const headers = await headersOf('/health/live', target);

      expect(headers.get(ENFORCED)).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(headers.get(REPORTED)).toBeNull();
      expect(headers.get('reporting-endpoints')).toBeNull();
    }
  });

  it('[P4.4] counter-proof: without the security headers, page and answer have no policy', async () => {
    const open = await createTestApp({ besides: app, modules, removal: without('security headers') });

    const headers = [await headersOf('/pages/plain', open), await headersOf('/health/live', open)];
    await open.stop();

    expect(headers.map((one) => one.get(ENFORCED) ?? one.get(REPORTED))).toEqual([null, null]);
  });
});

/** The report of an older browser. */
const legacy = (changes: object = {}): object => ({
  'csp-report': {
    'document-uri': 'https://api.example/docs/v2?token=MARKED-4711#MARKED-4711',
    referrer: 'https://api.example/?MARKED-4711',
    'violated-directive': "script-src 'self'",
    'effective-directive': 'script-src',
    'original-policy': "default-src 'none'",
    'blocked-uri': 'https://evil.example/MARKED-4711.js?MARKED-4711',
    'script-sample': 'alert("MARKED-4711")',
    'status-code': 200,
    'a-member-of-tomorrow': { deep: true },
    ...changes,
  },
});

/** One entry of the Reporting API. */
const modern = (changes: object = {}, type = 'csp-violation'): object => ({
  type,
  age: 10,
  url: 'https://api.example/docs/v2',
  user_agent: 'MARKED-4711',
  body: {
    blockedURL: 'inline',
    disposition: 'enforce',
    documentURL: 'https://api.example/docs/v2?q=MARKED-4711',
    effectiveDirective: 'script-src-elem',
    sample: 'MARKED-4711',
    ...changes,
  },
});

function report(body: unknown, type: string, target = app): Promise<ApiResponse> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  return target.api.send('POST', CSP_REPORTS_PATH, { raw, headers: { 'content-type': type } });
}

const LEGACY = 'application/csp-report';
const MODERN = 'application/reports+json';

const violations = ({ requestId }: ApiResponse): Record<string, unknown>[] =>
  app.log.events(requestId).filter((event) => event['securityEvent'] === 'csp_violation');

describe('a report', () => {
  it('[P4.4] of an older browser becomes one event, without a query or a sample', async () => {
    const response = await report(legacy(), `${LEGACY}; charset=utf-8`);

    expect(response.status).toBe(204);
    expect(violations(response)).toMatchObject([
      { directive: 'script-src', disposition: 'report', blocked: 'https://evil.example', page: '/docs/v2' },
    ]);
    expect(app.log.text).not.toContain('MARKED-4711');
  });

  it('[P4.4] of the Reporting API becomes one event for each violation; other kinds are passed over', async () => {
    const response = await report(
      [modern(), modern({}, 'deprecation'), modern({ blockedURL: 'data:x' })],
      MODERN,
    );

    expect(response.status).toBe(204);
    expect(violations(response)).toMatchObject([
      { directive: 'script-src-elem', disposition: 'enforce', blocked: 'inline', page: '/docs/v2' },
      { blocked: 'data' },
    ]);
    expect(app.log.text).not.toContain('MARKED-4711');
  });

  it('[P4.4] of what is known already is taken and not told again, whatever its query says', async () => {
    const first = await report(legacy({ 'blocked-uri': 'https://twice.example/a?1' }), LEGACY);
    const second = await report(legacy({ 'blocked-uri': 'https://twice.example/b?2' }), LEGACY);

    expect([first.status, second.status]).toEqual([204, 204]);
    expect([violations(first).length, violations(second).length]).toEqual([1, 0]);
  });

  it.each([
    ['a line break for the log', { 'effective-directive': 'script-src\nforged' }],
    ['free text as directive', { 'effective-directive': 'hacked you have been' }],
    ['free text as page', { 'document-uri': 'hello {"level":60}' }],
    ['an over-long path', { 'document-uri': `https://a.example/${'x'.repeat(300)}` }],
    ['another type', { 'blocked-uri': { toString: 'x' } }],
    ['an invented disposition', { disposition: 'forged' }],
  ])('[P4.4] with %s is refused and leaves no event of its own', async (_what, changes) => {
    const response = await report(legacy(changes), LEGACY);

    expect(response).toMatchObject({ status: 400, body: { code: 'validation.failed' } });
    expect(violations(response)).toEqual([]);
  });

  it.each([
    ['no report', {}],
    ['a text', '"x"'],
    ['broken JSON', '{'],
    ['a bomb', `${'['.repeat(50)}${']'.repeat(50)}`],
  ])('[P4.4] that is %s is refused', async (_what, body) => {
    expect((await report(body, MODERN)).status).toBe(400);
  });

  it('[P4.4] with free text as blocked is told without the text', async () => {
    const response = await report(legacy({ 'blocked-uri': 'MARKED call this number' }), LEGACY);

    expect(response.status).toBe(204);
    expect(violations(response)).toMatchObject([{ blocked: 'unknown' }]);
    expect(app.log.text).not.toContain('MARKED');
  });

  it('[P4.4] with a page that is no address is refused, and its query is never kept', async () => {
    const response = await report(legacy({ 'document-uri': '/reset?token=MARKED-4711' }), LEGACY);

    expect(response.status).toBe(400);
    expect(app.log.text).not.toContain('MARKED-4711');
  });

  it('[P4.4] one that is none costs the others of its list nothing, and no list is endless', async () => {
    const pages = [
      'about:blank',
      ...Array.from({ length: 30 }, (_, index) => `https://a.example/list/${index}`),
    ];

    const response = await report(
      pages.map((documentURL) => modern({ documentURL })),
      MODERN,
    );

    expect(response.status).toBe(204);
    expect(violations(response)).toHaveLength(20);
  });

  it('[P4.4] beyond the size limit is refused before it is parsed', async () => {
    const response = await report(legacy({ 'script-sample': 'x'.repeat(70_000) }), LEGACY);

    expect(response).toMatchObject({ status: 413, body: { code: 'request.body_too_large' } });
  });

  it('[P4.4] is taken in its own content types only, and they are taken nowhere else', async () => {
    const elsewhere = (await app.as()).send('POST', '/v2/customers', {
      raw: '{}',
      headers: { 'content-type': LEGACY },
    });

    expect((await report(legacy(), 'application/json')).status).toBe(415);
    expect((await report(legacy(), 'text/plain')).status).toBe(415);
    expect((await elsewhere).status).toBe(415);
  });
});

describe('a flood of reports', () => {
  it('[P4.4] leaves no more than a hundred events in an hour', async () => {
    const fresh = await createTestApp({ besides: app });
    const flood = Array.from({ length: 15 }, (_, batch) =>
      report(
        Array.from({ length: 10 }, (__, index) =>
          modern({ documentURL: `https://a.example/${batch}/${index}` }),
        ),
        MODERN,
        fresh,
      ),
    );

    const responses = await Promise.all(flood);
    await fresh.stop();

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([204]));
    expect(responses.flatMap(violations)).toHaveLength(100);
  });
});
