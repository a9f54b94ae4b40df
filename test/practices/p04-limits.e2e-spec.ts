import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { Controller, Get, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority } from '../support/certificates.js';
import { sendRaw } from '../support/raw-http.js';
import { slowSenders } from '../support/slow-senders.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { getTls } from '../support/tls-client.js';
import { without } from '../support/without.js';

/*
 * The attack: hold every connection with senders that are just fast enough not to be idle, or
 * write bytes that a proxy and the server read as different requests.
 */

/** More than the buffers between two processes hold. */
const BULK = 'x'.repeat(32_000_000);

@Controller({ path: 'bulk', version: VERSION_NEUTRAL })
class BulkController {
  @Public()
  @Get()
  bulk(): string {
    return BULK;
  }
}

@Module({ controllers: [BulkController] })
class BulkModule {}

const environment = { HTTP_SERVER_HEADERS_TIMEOUT_SECONDS: '2', HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '3' };

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment });
});
afterAll(() => app.stop());

const HEAD = 'POST /v2/customers HTTP/1.1\r\nHost: a\r\n';

describe('a slow sender', () => {
  it.each([
    ['of nothing at all', '', ''],
    ['of headers', 'GET / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
    ['of a body', `${HEAD}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n`, ' '],
    [
      'of chunks',
      `${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
    ],
  ])(
    '%s is cut in time with a 408, and everybody else is served meanwhile',
    async (_what, beginning, drip) => {
      const start = performance.now();
      const senders = await slowSenders(app.url, 50, beginning, drip);

      const served = await app.api.get('/health/live');
      const open = senders.filter(({ isOpen }) => isOpen).length;
      const answers = await Promise.all(senders.map(({ end }) => end));

      expect(performance.now() - start).toBeLessThan(10_000);
      expect(served.status).toBe(200);
      expect(open).toBe(50);
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\.timeout"/s);
      }
    },
  );

  it('counter-proof: without the time limits, it holds its connection', async () => {
    const open = await createTestApp({ besides: app, removal: without('time limits') });
    const [sender] = await slowSenders(open.url, 1, 'GET / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n');

    const outcome = await Promise.race([
      sender?.end,
      new Promise((resolve) => setTimeout(resolve, 4000, 'held')),
    ]);
    await sender?.stop();
    await open.stop();

    expect(outcome).toBe('held');
  });
});

describe('a slow reader', () => {
  it('who does not take the answers is cut when nothing has moved for long enough', async () => {
    const short = await createTestApp({
      besides: app,
      modules: [BulkModule],
      environment: {
        HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '1',
        HTTP_SERVER_HANDLER_TIMEOUT_SECONDS: '1',
      },
    });
    const server = short.nest.getHttpServer() as Server;
    const { hostname, port } = new URL(short.url);
    const connected = once(server, 'connection');
    const reader = connect(Number(port), hostname).pause();
    reader.on('error', () => undefined);
    reader.write('GET /bulk HTTP/1.1\r\nHost: a\r\n\r\n');
    await connected;

    await vi.waitFor(async () => expect(await connections(server)).toBe(0), { timeout: 8000 });

    reader.destroy();
    await short.stop();
  });

  const connections = (server: Server): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
});

describe('a server with all its connections taken', () => {
  it('closes a further one at once, and serves again when the slow ones are cut', async () => {
    const small = await createTestApp({
      besides: app,
      environment: { ...environment, HTTP_SERVER_MAX_CONNECTIONS: '3' },
    });
    const senders = await slowSenders(small.url, 3, 'GET / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n');

    const refused = await sendRaw(small.url, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n').catch(() => '');
    await Promise.all(senders.map(({ end }) => end));
    const served = await small.api.get('/health/live');
    await small.stop();

    expect(refused).toBe('');
    expect(served.status).toBe(200);
  });

  it('closes a connection after so many requests, and answers each of them', async () => {
    const small = await createTestApp({
      besides: app,
      environment: { ...environment, HTTP_SERVER_MAX_REQUESTS_PER_CONNECTION: '3' },
    });

    const answer = await sendRaw(small.url, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5));
    await small.stop();

    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(answer).not.toContain('HTTP/1.1 503');
    expect(answer).toMatch(/connection: close/i);
  });
});

/** The second request that an attacker wants a careless server to see. */
const HIDDEN = 'GET /health/live HTTP/1.1\r\nHost: hidden\r\n\r\n';

describe('a request with two readings', () => {
  it.each([
    ['both lengths', `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    [
      'both, the other way round',
      `Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    ['two lengths', `Content-Length: 0\r\nContent-Length: 44\r\n\r\n${HIDDEN}`],
    ['a list of lengths', `Content-Length: 0, 44\r\n\r\n${HIDDEN}`],
    ['a signed length', `Content-Length: +44\r\n\r\n${HIDDEN}`],
    ['a hexadecimal length', `Content-Length: 0x2c\r\n\r\n${HIDDEN}`],
    ['another coding behind chunked', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['chunked misspelt', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a space before the colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a folded line', `X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['bare line feeds', `X-A: b\nTransfer-Encoding: chunked\n\n0\n\n${HIDDEN}`],
    ['a bare carriage return', `X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a null byte', `X-A: b\0c\r\n\r\n${HIDDEN}`],
    [
      'a chunk with a size that overflows',
      `Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n${HIDDEN}`,
    ],
    [
      'a chunk that ends with a bare line feed',
      `Transfer-Encoding: chunked\r\n\r\n1\r\nx\n0\r\n\r\n${HIDDEN}`,
    ],
    ['two hosts', `Host: b\r\nContent-Length: 0\r\n\r\n${HIDDEN}`],
  ])('[P10.3] is refused, and what follows it is never answered: %s', async (_what, rest) => {
    const [answer, ordinary] = await Promise.all([
      sendRaw(app.url, `${HEAD}Content-Type: application/json\r\n${rest}`),
      app.api.get('/health/live'),
    ]);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('"code":"request.malformed"');
    expect(ordinary.status).toBe(200);
  });

  it('is refused when HTTP/1.0 knows nothing of its coding (RFC 9112 §6.1)', async () => {
    const old = HEAD.replace('HTTP/1.1', 'HTTP/1.0');

    const answer = await sendRaw(app.url, `${old}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('hides nothing in chunk extensions: they are bounded', async () => {
    const extension = `;${'x'.repeat(20_000)}`;

    const answer = await sendRaw(
      app.url,
      `${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1${extension}\r\nx\r\n0\r\n\r\n${HIDDEN}`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('the head of a request', () => {
  const send = (rest: string): Promise<string> =>
    sendRaw(app.url, `GET /health/live HTTP/1.1\r\n${rest}Connection: close\r\n\r\n`);
  const headers = (count: number): string =>
    Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`).join('');

  it('[P10.3] has a hundred headers at most: more are refused, never dropped in silence', async () => {
    expect(await send(`Host: a\r\n${headers(98)}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send(`Host: a\r\n${headers(99)}`)).toMatch(/^HTTP\/1\.1 431 .*request\.headers_too_large/s);
    expect(await send(`Host: a\r\n${headers(500)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each(['0.9', '1.2', '2.0', '9.9'])(
    '[P10.3] says a version that is spoken here, and not %s',
    async (version) => {
      const answer = await sendRaw(app.url, `GET /health/live HTTP/${version}\r\nHost: a\r\n\r\n`);

      expect(answer).toMatch(/^HTTP\/1\.1 400 .*request\.malformed/s);
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    },
  );

  it('[P10.3] names its host; HTTP/1.0, which knows none, need not', async () => {
    expect(await send('')).toMatch(/^HTTP\/1\.1 400 .*request\.malformed/s);
    expect(await sendRaw(app.url, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('[P10.3] expects nothing but 100-continue', async () => {
    expect(await send('Host: a\r\nExpect: 100-Continue\r\n')).toMatch(/^HTTP\/1\.1 100 .*HTTP\/1\.1 200 /s);
    expect(await send('Host: a\r\nExpect: cake\r\n')).toMatch(
      /^HTTP\/1\.1 417 .*request\.expectation_failed/s,
    );
  });

  it('[P10.3] opens no tunnel, and a wish to upgrade is ignored', async () => {
    const tunnel = await sendRaw(app.url, `CONNECT db.internal:5432 HTTP/1.1\r\nHost: a\r\n\r\n${HIDDEN}`);
    const upgrade = await send('Host: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n');

    expect(tunnel).toMatch(/^HTTP\/1\.1 501 .*request\.not_implemented/s);
    expect(tunnel.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(upgrade).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('that is refused leaves its line in the log', async () => {
    const answer = await send('X-Request-Id: refused-head-4711\r\n');

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(app.log.of('refused-head-4711')).toMatchObject([{ status: 400, route: '/health/live' }]);
  });
});

describe('a TLS handshake that does not go on', () => {
  it('is cut in time, and everybody else is served meanwhile', async () => {
    const authority = await TestAuthority.create('Test');
    const files = await CertificateFiles.create(await authority.issue(['127.0.0.1']));
    const native = await createTestApp({
      besides: app,
      environment: { ...environment, ...files.environment },
    });
    // The first bytes of a handshake record, which never continues.
    const start = performance.now();
    const senders = await slowSenders(native.url, 20, '\x16\x03\x01\x02\x00', '');

    const ordinary = await getTls(`${native.url}/health/live`, { ca: authority.certificate });
    const answers = await Promise.all(senders.map(({ end }) => end));

    expect(ordinary.status).toBe(200);
    expect(new Set(answers)).toEqual(new Set(['']));
    expect(performance.now() - start).toBeLessThan(5000);
    await native.stop();
    await files.remove();
  });
});
