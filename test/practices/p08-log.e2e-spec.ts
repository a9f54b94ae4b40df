import { readFile } from 'node:fs/promises';
import { Controller, Get, Injectable, Logger, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RequireRoles } from '../../src/auth/access/require-roles.decorator.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import type { ApiResponse } from '../support/api-client.js';
import { aKeyOf, aPerson, withKey } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { PATIENCE } from '../support/patience.js';
import { startProcess } from '../support/processes.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: leave no trace, or somebody else's. Afterwards nobody can say who it was, from where, on which
 * request and whether they got it; or a line that the attacker wrote says that it was somebody else.
 */

@Injectable()
class DeepService {
  private readonly logger = new Logger(DeepService.name);

  async work(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    this.logger.warn('deep inside');
    return 'done';
  }
}

@Controller({ path: 'deep', version: VERSION_NEUTRAL })
class DeepController {
  constructor(private readonly service: DeepService) {}

  @Get()
  @RequireScopes('customers:read')
  read(): Promise<string> {
    return this.service.work();
  }

  @Get('office')
  @RequireRoles('administrator')
  office(): string {
    return 'office';
  }
}

@Module({ controllers: [DeepController], providers: [DeepService] })
class DeepModule {}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ modules: [DeepModule] });
});
afterAll(() => app.stop());

const requestLine = ({ requestId }: Pick<ApiResponse, 'requestId'>): Record<string, unknown> | undefined =>
  app.log.of(requestId).find(({ msg }) => msg === 'request');
const eventsOf = ({ requestId }: ApiResponse): Record<string, unknown>[] => app.log.events(requestId);

describe('the line of a request', () => {
  it('[P8.1] says who called which template with which credential, and that it was allowed', async () => {
    const caller = await app.as({ sub: 'user-7', tenant: 'acme', client_id: 'shop', jti: 'token-4711' });
    const { body } = await caller.post('/v2/customers', aCustomer());

    const response = await caller.get(`/v2/customers/${body.id}?`);

    expect(requestLine(response)).toMatchObject({
      method: 'GET',
      route: '/v2/customers/:id',
      status: 200,
      subject: 'user-7',
      tenantId: 'acme',
      clientId: 'shop',
      credentialId: 'token-4711',
      address: '127.0.0.1',
      authorizationOutcome: 'allowed',
      durationMilliseconds: expect.any(Number),
    });
  });

  it('[P8.1] names the key that was used, and what was refused', async () => {
    const person = await aPerson(app);
    const { key, id } = await aKeyOf(person, { scopes: ['customers:read'] });

    const [read, written] = [
      await withKey(app, key).get('/v2/customers'),
      await withKey(app, key).post('/v2/customers', aCustomer()),
    ];

    expect(requestLine(read)).toMatchObject({ credentialId: id, authorizationOutcome: 'allowed' });
    expect(requestLine(written)).toMatchObject({
      status: 403,
      credentialId: id,
      authorizationOutcome: 'refused',
    });
  });

  it('[P8.1] is there for every way to be refused, once', async () => {
    const caller = await app.as({ scope: '' });
    const answers = [
      await app.api.get('/v2/customers'),
      await caller.get('/v2/customers'),
      await caller.get('/nothing'),
      await caller.get('/%zz'),
      await app.api.send('POST', '/v2/customers', { raw: '{' }),
    ];

    const lines = answers.map(({ requestId }) =>
      app.log
        .of(requestId)
        .filter(({ msg }) => msg === 'request')
        .map(({ status }) => status),
    );

    expect(lines).toEqual(answers.map(({ status }) => [status]));
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 404, 400, 401]);
  });
});

describe('docs/LOGGING.md', () => {
  it('[P8.3] names every field of a request and of an event', async () => {
    const { requestId } = await (await app.as({ scope: '' })).get('/v2/customers');
    const documented = new Set(
      [...(await readFile('docs/LOGGING.md', 'utf8')).matchAll(/^\|([^|]+)\|/gm)].flatMap((row) =>
        [...(row[1] ?? '').matchAll(/`(\w+)`/g)].map((field) => field[1] ?? ''),
      ),
    );
    // What an event says beside that stands in the catalogue.
    const [event = {}, request = {}] = app.log.of(requestId);
    const fields = [...Object.keys(request), ...Object.keys(event).filter((field) => field !== 'reason')];

    expect(fields.filter((field) => !documented.has(field))).toEqual([]);
    expect(Object.keys(request)).toEqual(expect.arrayContaining(['spanId', 'authorizationOutcome', 'route']));
  });
});

describe('a security event', () => {
  it.each([
    ['a token that is none', 'authn_login_fail', () => app.api.withToken('none').get('/v2/customers')],
    ['a scope that is missing', 'authz_fail', async () => (await app.as({ scope: '' })).get('/v2/customers')],
    ['a role that is missing', 'authz_fail', async () => (await app.as()).get('/deep/office')],
    [
      'a field that is not known',
      'input_validation_fail',
      async () => (await app.as()).post('/v2/customers', aCustomer({ isAdmin: true })),
    ],
    [
      'a key that is made',
      'authn_token_created',
      async () => (await aPerson(app)).post('/v2/api-keys', { name: 'k', scopes: ['customers:read'] }),
    ],
  ])('[P8.1] tells of %s: %s, with who, from where, which request and how it ended', async (_, name, act) => {
    const response = await act();

    expect(eventsOf(response)).toContainEqual(
      expect.objectContaining({
        securityEvent: name,
        eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        outcome: response.status < 400 ? 'success' : 'failure',
        requestId: response.requestId,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        address: '127.0.0.1',
        route: expect.stringMatching(/^\//),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        ...(name === 'authn_login_fail'
          ? { subject: null, reason: expect.any(String) }
          : { subject: 'user-1' }),
      }),
    );
  });

  it('[P8.1] is written at every level of the log, unlike the lines of requests', async () => {
    // A process of its own, since the logger of this one has its level already.
    const quiet = await startProcess({ ...app.environment, LOG_LEVEL: 'fatal' });

    await fetch(`${quiet.url}/v2/customers`, { headers: { authorization: 'Bearer none' } });

    await vi.waitFor(() => expect(quiet.output()).toContain('"securityEvent":"authn_login_fail"'), PATIENCE);
    expect(quiet.output()).not.toContain('"msg":"request"');
    await quiet.stop();
  });

  it('[P8.1] counter-proof: without the writer of events an attack leaves none', async () => {
    const silent = await createTestApp({ besides: app, removal: without('security events') });

    const response = await silent.api.withToken('none').get('/v2/customers');

    expect(response.status).toBe(401);
    expect(eventsOf(response)).toEqual([]);
    await silent.stop();
  });
});

describe('what ties lines together', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('[P8.3] is the id and the trace of the request, which come back, in every line that it causes', async () => {
    const caller = await app.as();

    const response = await caller
      .get('/deep', {
        headers: { 'x-request-id': 'mine-4711', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      })
      .catch(() => undefined);

    const lines = app.log.of('mine-4711');
    expect(response).toBeUndefined();
    expect(lines.map(({ msg }) => msg)).toEqual(['deep inside', 'request']);
    expect(lines.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE]);
  });

  it('[P8.3] is new when the caller’s own is not well formed, and the trace comes back', async () => {
    const response = await app.api.get('/health/live', {
      headers: { 'x-request-id': 'short', traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
    });

    const [, traceId] = response.headers.get('traceresponse')?.split('-') ?? [];
    expect(response.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(requestLine(response)).toMatchObject({ traceId });
  });

  it('[P8.3] stays apart for requests that run at the same time', async () => {
    const caller = await app.as();
    const ids = Array.from({ length: 50 }, (_, index) => `parallel-${index}`);

    await Promise.all(
      ids.map((id) => caller.get('/deep', { headers: { 'x-request-id': id } }).catch(() => undefined)),
    );

    expect(ids.map((id) => app.log.of(id).map(({ msg }) => msg))).toEqual(
      ids.map(() => ['deep inside', 'request']),
    );
  });
});

describe('without the request at hand', () => {
  it('[P8.3] counter-proof: what a service says cannot be told from what it says for somebody else', async () => {
    const loose = await createTestApp({
      besides: app,
      modules: [DeepModule],
      removal: without('request context'),
    });
    const token = await app.issuer.token();

    await loose.api
      .withToken(token)
      .get('/deep', { headers: { 'x-request-id': 'loose-4711' } })
      .catch(() => undefined);

    expect(app.log.of('loose-4711').map(({ msg }) => msg)).toEqual(['request']);
    await loose.stop();
  });
});

describe('one event', () => {
  it('[P8.3] is one line of JSON, whatever a caller puts into it', async () => {
    const before = app.log.text.length;
    const forged = '\\n{"securityEvent":"authn_login_success","subject":"root"}\\n\\u001b[2J';
    const caller = await app.as({ sub: 'user-1', client_id: 'shop' });
    await caller.send('POST', '/v2/customers', { raw: `{"${forged}":1}` });
    await sendRaw(
      app.url,
      'GET /\u001b[2J HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\u2028b\r\nConnection: close\r\n\r\n',
    );

    const lines = app.log.text
      .slice(before)
      .split('\n')
      .filter((line) => line !== '');

    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(String) });
      // oxlint-disable-next-line no-control-regex -- what a terminal would obey must not be there
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }
    expect(lines.map((line) => (JSON.parse(line) as { subject?: string }).subject)).not.toContain('root');
  });
});
