import { connect, type Socket } from 'node:net';
import { Controller, Get, Header, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { PagePolicy } from '../../src/transport/headers/page-policy.decorator.js';
import { PATIENCE } from '../support/patience.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: the door beside the door. A request that no route sees, that comes in the shadow
 * of another one, or that finds every place taken by connections that do nothing.
 */

@Controller({ path: 'shown', version: VERSION_NEUTRAL })
class ShownController {
  @Get('fault')
  @Public()
  @Header('cache-control', 'public, max-age=60')
  @PagePolicy()
  fault(): never {
    throw new Error('no page today');
  }
}

@Module({ controllers: [ShownController] })
class ShownModule {}

let app: TestApp;
let proxied: TestApp;

beforeAll(async () => {
  app = await createTestApp({ modules: [ShownModule] });
  proxied = await createTestApp({
    besides: app,
    environment: { HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_FAILED_AUTHENTICATION: '2/hour' },
  });
});
afterAll(async () => {
  await proxied.stop();
  await app.stop();
});

/** A connection that stays open, and what has come back on it. */
async function open(url: string): Promise<{ socket: Socket; answers: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, answers: () => text };
}

describe('a target that the router would refuse', () => {
  it.each([
    ['is malformed', '/%zz', 400, 'request.malformed'],
    ['is malformed behind a query', '/v2/%c0%af?a=b', 400, 'request.malformed'],
    ['is too long', `/v2/customers/${'x'.repeat(129)}`, 414, 'request.uri_too_long'],
  ])(
    '[P4.6] because it %s is counted, written down and answered like any other',
    async (_what, path, status, code) => {
      const limited = await createTestApp({ besides: app, environment: { RATE_LIMIT_ANONYMOUS: '2/hour' } });

      const responses = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        responses.push(await limited.api.get(path));
      }

      expect(responses.map((response) => response.status)).toEqual([status, status, 429]);
      expect(responses[0]?.body.code).toBe(code);
      expect(responses[0]?.headers.get('x-frame-options')).toBe('DENY');
      expect(app.log.of(responses[0]?.requestId ?? '')).toMatchObject([{ status, route: null }]);
      await limited.stop();
    },
  );

  it('[P1.3] does not hide a credential that came over plaintext', async () => {
    const response = await proxied.api.get('/%zz', { headers: { authorization: 'Bearer x' } });

    expect(response).toMatchObject({ status: 403, body: { code: 'transport.credential_exposed' } });
  });

  it('ends its connection, and nothing that comes after it is read', async () => {
    const answer = await sendRaw(
      app.url,
      `GET /%zz HTTP/1.1\r\nHost: a\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`,
    );

    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  });
});

describe('an exposed credential', () => {
  it('[P1.3] is told as stolen however often its client has failed before', async () => {
    const responses = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      responses.push(await proxied.api.get('/v2/customers', { headers: { authorization: 'Bearer x' } }));
    }

    expect(responses.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    for (const { requestId } of responses) {
      expect(app.log.events(requestId)).toMatchObject([{ securityEvent: 'authn_credential_exposed' }]);
    }
  });
});

describe('a wish to upgrade', () => {
  it('smuggles no request: its answer is the last one on the connection', async () => {
    const hidden = 'GET /health/live HTTP/1.1\r\nHost: a\r\nX-Request-Id: smuggled-4711\r\n\r\n';
    const { socket, answers } = await open(app.url);
    socket.write(
      'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n' +
        `POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n`,
    );
    await vi.waitFor(() => expect(answers()).toContain('HTTP/1.1 200'), PATIENCE);
    socket.write(hidden);
    await vi.waitFor(() => expect(socket.closed).toBe(true), PATIENCE);

    expect(answers().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(app.log.of('smuggled-4711')).toEqual([]);
  });
});

describe('connections that wait for nothing', () => {
  it('make room for a probe when every place is taken', async () => {
    const small = await createTestApp({ besides: app, environment: { HTTP_SERVER_MAX_CONNECTIONS: '3' } });
    const idle = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const connection = await open(small.url);
        connection.socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
        await vi.waitFor(() => expect(connection.answers()).toContain('HTTP/1.1 200'), PATIENCE);
        return connection;
      }),
    );

    await vi.waitFor(async () => expect((await small.api.get('/health/live')).status).toBe(200), PATIENCE);

    idle.forEach(({ socket }) => socket.destroy());
    await small.stop();
  });
});

describe('a caller who hangs up', () => {
  it('is written down', async () => {
    const { socket } = await open(app.url);
    socket.write(
      'POST /v2/customers HTTP/1.1\r\nHost: a\r\nX-Request-Id: hung-up-4711\r\nContent-Length: 10\r\n' +
        'Content-Type: application/json\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();

    await vi.waitFor(
      () => expect(app.log.of('hung-up-4711')).toMatchObject([{ route: '/v2/customers' }]),
      PATIENCE,
    );
  });
});

describe('a page that fails', () => {
  it('[P4.4] has the headers of a failure: no cache keeps it, and the strictest policy is enforced', async () => {
    const { status, headers } = await app.api.get('/shown/fault');

    expect(status).toBe(500);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers.get('content-security-policy-report-only')).toBeNull();
    expect(headers.get('reporting-endpoints')).toBeNull();
  });
});
