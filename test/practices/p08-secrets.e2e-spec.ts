import { randomBytes } from 'node:crypto';
import { Controller, Get, Logger, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiDocuments } from '../../src/api-docs/documents/api-documents.js';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { ApiClient } from '../support/api-client.js';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { sendRaw } from '../support/raw-http.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: read the log. Whoever gets at it, or at the system to which it is shipped, looks for tokens in
 * URLs, passwords in bodies, keys in headers and people in error messages. So every endpoint, header and
 * way to fail gets secrets that carry a mark, and everything that was written is searched for the mark.
 */

/** Unlike everything else that could ever be written. */
const MARK = `zq${randomBytes(8).toString('hex')}`;
let sent = 0;
const marked = (where: string): string => `${MARK}-${where.replaceAll(/[^a-z0-9]/gi, '')}-${(sent += 1)}`;

const LOG = new Logger('Careless');

@Controller({ path: 'careless', version: VERSION_NEUTRAL })
class CarelessController {
  /** What a colleague writes at five to six. */
  @Get()
  @Public()
  careless(): never {
    const request = { headers: { authorization: `Bearer ${marked('logged')}`, cookie: marked('logged') } };
    LOG.log({ request, body: { user: { password: marked('logged'), taxId: marked('logged') } } }, 'came in');
    LOG.warn(
      `no connection to postgresql://api:${marked('logged')}@db.internal/x?password=${marked('logged')}`,
    );
    LOG.error({ err: Object.assign(new Error('refused'), { detail: `(email)=(${marked('logged')})` }) });
    LOG.error(`mail to ${marked('logged')}@example.com bounced`);
    throw new Error(`the token eyJhbGciOiJSUzI1NiJ9.${marked('thrown')}.x was refused`, {
      cause: new Error(`Authorization: Bearer ${marked('cause')}`),
    });
  }
}

@Module({ controllers: [CarelessController] })
class CarelessModule {}

const OPTIONS = {
  modules: [CarelessModule],
  environment: {
    ...SESSION_ENVIRONMENT,
    DATABASE_SLOW_QUERY_MILLISECONDS: '1',
    LOG_LEVEL: 'trace',
  },
};

let app: TestApp;
const createApp = async (): Promise<TestApp> =>
  createTestApp({ ...OPTIONS, issuer: await SessionIssuer.start() });

beforeAll(async () => {
  app = await createApp();
});
afterAll(() => app.stop());

/** The marks that were found, by the place where they were sent; in the clear and as others encode them. */
function found(since = 0): string[] {
  const text = app.log.text.slice(since);
  const encoded = [MARK, Buffer.from(MARK).toString('hex'), ...base64Forms()];
  const direct = [...text.matchAll(new RegExp(`${MARK}-[a-z0-9]+`, 'gi'))].map(([hit]) => hit);
  return [...new Set([...direct, ...encoded.filter((form) => text.includes(form))])];
}

/** Base64 of a text depends on where in it the mark begins. */
const base64Forms = (): string[] =>
  ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + MARK)
      .toString('base64')
      .slice(before === '' ? 0 : 4, -4),
  );

const tokenOf = (payload: object): string =>
  ['{"alg":"RS256","typ":"at+jwt"}', JSON.stringify(payload), marked('signature')]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** Headers in which people send secrets. Not Origin, which names a site and is told of those that are refused. */
const markedHeaders = (): Record<string, string> => ({
  'user-agent': marked('useragent'),
  referer: `https://example.com/?token=${marked('referer')}`,
  'x-forwarded-host': marked('forwardedhost'),
  'x-request-id': `${marked('requestid')}.not-well-formed`,
  traceparent: marked('traceparent'),
  tracestate: marked('tracestate'),
  'accept-language': marked('language'),
  'if-match': marked('ifmatch'),
  'if-none-match': `"${marked('ifnonematch')}"`,
  'idempotency-key': marked('idempotency'),
  'x-csrf-token': marked('csrf'),
  'x-password': marked('xpassword'),
});

const credentials = (): Record<string, string>[] => [
  {},
  { authorization: `Bearer ${marked('bearer')}` },
  { authorization: `Bearer ${tokenOf({ sub: marked('sub'), email: marked('claim') })}` },
  { authorization: `Basic ${Buffer.from(`${marked('user')}:${marked('password')}`).toString('base64')}` },
  { authorization: marked('scheme') },
  { 'x-api-key': marked('apikey') },
  { 'x-api-key': `sar_live_${'A'.repeat(22)}_${marked('apikey').replaceAll('-', '')}` },
  { cookie: `__Host-session=${marked('cookie')}; other=${marked('cookie')}` },
];

const markedBody = (): string =>
  JSON.stringify({
    ...aCustomer({ givenName: marked('given'), email: `${marked('email')}@example.com` }),
    phone: marked('phone'),
    taxId: marked('taxid'),
    notes: marked('notes'),
    password: marked('password'),
    [marked('field').replaceAll('-', '')]: 1,
    nested: { secret: marked('nested') },
  });

/** Every operation that the documentation knows, of every version. */
function operations(): { method: string; path: string }[] {
  return ['1', '2'].flatMap((version) => {
    const { paths } = JSON.parse(app.nest.get(ApiDocuments).find(version)?.text ?? '{}') as {
      paths: Record<string, object>;
    };
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => /^(get|post|put|patch|delete)$/.test(method))
        .map((method) => ({ method: method.toUpperCase(), path })),
    );
  });
}

async function flood(caller: ApiClient, { method, path }: { method: string; path: string }): Promise<number> {
  const filled = path.replaceAll(/\{\w+\}/g, () => marked('path'));
  const query = `?search=${marked('query')}&token=${marked('query')}&${marked('name')}=1`;
  const raw = method === 'GET' || method === 'DELETE' ? {} : { raw: markedBody() };
  const { status } = await send(caller, method, filled + query, { headers: markedHeaders(), ...raw });
  return status;
}

/** Answers that are no JSON are none of this test's business. */
async function send(caller: ApiClient, ...args: Parameters<ApiClient['send']>): Promise<{ status: number }> {
  return caller.send(...args).catch(() => ({ status: 0 }));
}

describe('the log', () => {
  it('[P8.2] knows nothing that any caller sent to any endpoint, whatever the credential', async () => {
    const known = operations();
    let answers = 0;
    for (const headers of credentials()) {
      for (const operation of known) {
        answers += (await flood(new ApiClient(app.url, headers), operation)) > 0 ? 1 : 0;
      }
    }

    expect(known.length).toBeGreaterThan(25);
    expect(answers).toBeGreaterThan(known.length * credentials().length * 0.9);
    expect(sent).toBeGreaterThan(3000);
    expect(found()).toEqual([]);
  }, 120_000);

  it('[P8.2] knows nothing of those either whose credential is good, nor the credential', async () => {
    const person = await aPerson(app, {
      scope: 'customers:read customers:write api-keys:read api-keys:write',
    });
    const { key } = await aKeyOf(person, { name: marked('keyname') });
    const browser = new TestBrowser(app);
    await browser.logIn();
    const token = await app.issuer.token({ claims: { roles: ['administrator'] } });
    const callers = [app.api.withToken(token), withKey(app, key), browser.page];

    for (const caller of callers) {
      for (const operation of operations()) {
        await flood(caller, operation);
      }
      const content = aCustomer({
        givenName: marked('given').replaceAll(/[\d]/g, 'x'),
        notes: marked('notes'),
      });
      await send(caller, 'POST', '/v2/customers', { json: content });
      await send(caller, 'POST', '/v2/customers', { json: content });
      await send(caller, 'GET', `/v2/customers?search=${marked('search')}`);
    }

    expect(found()).toEqual([]);
    for (const credential of [key, token, browser.secret, browser.csrfToken]) {
      expect(credential.length).toBeGreaterThan(20);
      expect(app.log.text).not.toContain(credential);
    }
  }, 120_000);

  it('[P8.2] knows nothing of what is no proper request', async () => {
    const requests = [
      `GET /%zz${marked('target')} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      `GET /v2/customers/${marked('long')}${'x'.repeat(9000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      `${marked('method')} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${marked('host')}\r\nHost: b\r\nConnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${marked('huge')}${'x'.repeat(40_000)}\r\n\r\n`,
      `${marked('bytes')}\r\n\r\n`,
      `POST /v2/customers HTTP/1.1\r\nHost: a\r\nContent-Type: ${marked('type')}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
      `POST /csp-reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/csp-report\r\nContent-Length: 4\r\nConnection: close\r\n\r\n{"${marked('x').slice(0, 2)}`,
    ];

    await Promise.all(requests.map((bytes) => sendRaw(app.url, bytes).catch(() => '')));
    for (const raw of [
      `{"a":"${marked('json')}`,
      `"${marked('json')}"`,
      `${marked('json')}${'['.repeat(200)}`,
    ]) {
      await send(app.api, 'POST', '/v2/customers', { raw });
    }

    expect(found()).toEqual([]);
  });

  it('[P8.2] knows nothing of what a database refuses that is away', async () => {
    const own = await createApp();
    await own.database.inspect('ALTER TABLE customers RENAME TO hidden');
    const caller = await own.as();

    await send(caller, 'POST', '/v2/customers', { json: aCustomer({ notes: marked('notes') }) });
    await send(caller, 'POST', '/v2/customers/lookup', { json: { taxId: marked('taxid') } });

    expect(found()).toEqual([]);
    await own.database.inspect('ALTER TABLE hidden RENAME TO customers');
    await own.stop();
  });

  it('[P8.2] loses what a colleague logs without thinking', async () => {
    const before = app.log.text.length;

    await app.api.get('/careless');

    expect(app.log.text.slice(before)).toContain('came in');
    expect(found()).toEqual([]);
  });
});

describe('without the defence', () => {
  it('[P8.2] counter-proof: a line that shows the URL and the headers shows the secrets', async () => {
    const careless = await createTestApp({
      besides: app,
      ...OPTIONS,
      removal: without('request line of templates'),
    });
    const before = app.log.text.length;

    await flood(new ApiClient(careless.url, { cookie: marked('cookie') }), {
      method: 'GET',
      path: '/v2/customers',
    });

    expect(found(before).join()).toContain('query');
    await careless.stop();
  });
});
