import { Controller, Get, Module, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: make it fail and read what it says. Stack traces, SQL, table names, versions and
 * host names are the map for the next attack, whichever layer failed.
 */

const SECRET = 'postgresql://user:hunter2@db.internal/prod at /srv/app/src/secret.ts:12';

@Controller({ path: 'faults', version: VERSION_NEUTRAL })
class FaultsController {
  @Get('error')
  @Public()
  error(): never {
    throw new Error(SECRET);
  }

  @Get('not-an-error')
  @Public()
  notAnError(): never {
    // oxlint-disable-next-line typescript/only-throw-error -- careless libraries do this
    throw { statusCode: 418, message: SECRET };
  }

  @Get('foreign-status')
  @Public()
  foreignStatus(): never {
    throw Object.assign(new Error(SECRET), { statusCode: 404, response: SECRET });
  }

  @Get('never')
  @Public()
  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Post('never')
  @Public()
  neverWritten(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Get('unchecked/:id')
  @Public()
  unchecked(@Param('id') id: string): string {
    return id;
  }
}

@Module({ controllers: [FaultsController] })
class FaultsModule {}

const INTERNAL =
  /hunter2|secret\.ts|node_modules|\.ts:|prisma|postgres|customers_tenant|nestjs|fastify|stack/i;

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp({ modules: [FaultsModule] });
  alice = await app.as();
});
afterAll(() => app.stop());

function expectProblem(response: ApiResponse, status: number, code: string): void {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response.body).toMatchObject({
    status,
    code,
    type: `/problems/${code}`,
    requestId: response.requestId,
  });
  expect(response.body.title).toMatch(/^[A-Z][A-Za-z -]+$/);
  expect(response.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(response.body)).not.toMatch(INTERNAL);
}

describe('every failure is a problem document (RFC 9457)', () => {
  it('[P10.3] of the program: an unknown error is a 500 without its words, and its cause is logged once', async () => {
    for (const fault of ['error', 'not-an-error', 'foreign-status', 'unchecked/1']) {
      const response = await app.api.get(`/faults/${fault}`);

      expectProblem(response, 500, 'internal');
      const lines = app.log.all.filter(
        (line) => line['requestId'] === response.requestId && line['level'] === 50,
      );
      expect(lines).toHaveLength(1);
      expect(lines[0]).toHaveProperty('cause.name');
    }
  });

  it('[P10.3] of a handler that never answers: 503', async () => {
    const impatient = await createTestApp({
      besides: app,
      modules: [FaultsModule],
      environment: { HTTP_SERVER_HANDLER_TIMEOUT_SECONDS: '1', HTTP_SERVER_REQUEST_TIMEOUT_SECONDS: '1' },
    });

    expectProblem(await impatient.api.get('/faults/never'), 503, 'unavailable');
    expectProblem(await impatient.api.send('POST', '/faults/never'), 503, 'unavailable');
    await impatient.stop();
  });

  it('[P10.3] of routing: unknown routes, wrong methods, malformed and over-long targets', async () => {
    expectProblem(await alice.get('/nothing/here'), 404, 'request.not_found');
    expectProblem(await alice.send('PUT', '/v2/customers', { json: {} }), 404, 'request.not_found');
    expectProblem(await alice.get('/v3/customers'), 404, 'request.not_found');
    expectProblem(await alice.get('/%zz'), 400, 'request.malformed');
    expectProblem(await alice.get('/v2/customers/%c0%af'), 400, 'request.malformed');
    expectProblem(await alice.get(`/v2/customers/${'x'.repeat(129)}`), 414, 'request.uri_too_long');
  });

  it('[P10.3] of parsing: content type, size, syntax', async () => {
    const post = (raw: string, type = 'application/json'): Promise<ApiResponse> =>
      alice.send('POST', '/v2/customers', { raw, headers: { 'content-type': type } });

    expectProblem(await post('x', 'text/plain'), 415, 'request.unsupported_media_type');
    expectProblem(await post('x', 'not a type'), 415, 'request.unsupported_media_type');
    expectProblem(await post('"'.padEnd(70_000)), 413, 'request.body_too_large');
    expectProblem(await post('{'), 400, 'validation.malformed_json');
  });

  it('[P10.3] of the database: a conflict names neither table nor constraint nor value', async () => {
    const twice = aCustomer();
    await alice.post('/v2/customers', twice);

    const response = await alice.post('/v2/customers', twice);

    expectProblem(response, 409, 'customers.email_taken');
    expect(JSON.stringify(response.body)).not.toContain(twice['email']);
  });

  it('[P10.3] of conditions: 412 for a lost race, 428 for none', async () => {
    const { body: customer } = await alice.post('/v2/customers', aCustomer());
    const path = `/v2/customers/${customer.id}`;

    expectProblem(await alice.patch(path, { notes: 'x' }, '"7"'), 412, 'request.precondition_failed');
    expectProblem(await alice.delete(path, 'W/"1"'), 412, 'request.precondition_failed');
    expectProblem(
      await alice.send('PATCH', path, { json: { notes: 'x' } }),
      428,
      'request.precondition_required',
    );
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['garbage', 'HELLO\r\n\r\n', 400, 'request.malformed'],
    ['a bad version', 'GET / HTTP/9.9\r\n\r\n', 400, 'request.malformed'],
    [
      'both lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'request.malformed',
    ],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'request.headers_too_large',
    ],
  ])(
    '[P10.3] are answered with a problem document, and the connection ends: %s',
    async (_what, bytes, status, code) => {
      const answer = await sendRaw(app.url, bytes);

      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toContain(`HTTP/1.1 ${status} `);
      expect(head).toContain('Content-Type: application/problem+json');
      expect(head).toContain('Connection: close');
      expect(JSON.parse(body)).toMatchObject({ status, code });
    },
  );
});

describe('request ids', () => {
  it('[P10.3] come back; a well-formed one of the caller is kept, another is replaced', async () => {
    const send = async (id: string): Promise<string> =>
      (await app.api.get('/health/live', { headers: { 'x-request-id': id } })).requestId;

    expect(await send('order-4711-retry-2')).toBe('order-4711-retry-2');
    for (const forged of ['short', 'x'.repeat(65), 'a b c d e f', '{"level":60}', '-starts-wrong']) {
      expect(await send(forged)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

it('[P10.3] counter-proof: without problem documents, a failure tells its secrets', async () => {
  const undefended = await createTestApp({
    besides: app,
    modules: [FaultsModule],
    removal: without('problem documents'),
  });

  const response = await undefended.api.get('/faults/error');

  expect(JSON.stringify(response.body)).toMatch(INTERNAL);
  await undefended.stop();
});
