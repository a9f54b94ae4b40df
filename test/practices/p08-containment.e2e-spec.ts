import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { aKeyOf, aPerson, from, withKey } from '../support/api-keys.js';
import { incidentDone } from '../support/incidents.js';
import { BEHIND_PROXY } from '../support/limited-routes.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { SESSION_ENVIRONMENT, TestBrowser } from '../support/test-browser.js';
import { RunningClock } from '../support/test-clock.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { without } from '../support/without.js';

/*
 * The attack: it is under way. Somebody has tokens, sessions and keys of a person, makes new ones from
 * them, and what was taken away on one instance still works on the next.
 */

let issuer: SessionIssuer;
let app: TestApp;
let other: TestApp;
let person = '';
let persons = 0;

const environment = { ...SESSION_ENVIRONMENT, API_DOCS_ACCESS: 'log-in' };
const behindProxy = { ...environment, ...BEHIND_PROXY };
const beside = (options: object): Promise<TestApp> =>
  createTestApp({ besides: app, clock: new RunningClock(), environment, ...options });

beforeAll(async () => {
  issuer = await SessionIssuer.start();
  app = await createTestApp({ issuer, environment: behindProxy, clock: new RunningClock() });
  other = await beside({});
});
beforeEach(() => void (person = `person-${(persons += 1)}`));
afterAll(async () => {
  await other.stop();
  await app.stop();
});

const REASON = ['--reason', 'stolen laptop'];
const incident = (...args: string[]) =>
  incidentDone<{ containments: string[]; sessionsEnded: number; keysRevoked: string[] }>(
    app.database,
    ...args,
  );
const contain = (...args: string[]) =>
  incident('contain', '--tenant', 'acme', '--subject', person, ...REASON, ...args);
const stranger = (address: string, on: TestApp = app): ApiClient => new ApiClient(on.url, from(address));

/** Issued by an issuer whose clock is so far ahead or behind. */
async function tokenOf(claims: object = {}, seconds = 0): Promise<string> {
  const iat = app.clock.nowSeconds() + seconds;
  return issuer.token({ claims: { sub: person, iat, exp: iat + 600, ...claims } });
}
const call = (token: string, on: TestApp = app, path = '/v2/customers') =>
  stranger('198.51.100.1', on).withToken(token).get(path);
/** Effective within a second; the rest is for a busy machine. */
const soon = (assertion: () => Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 3000, interval: 50 });
const refusedSoon = (token: string, on: TestApp = app): Promise<void> =>
  soon(async () => expect((await call(token, on)).status).toBe(401));

describe('a subject that is contained', () => {
  it('[P8.5] loses tokens, sessions and keys on every instance, and what the keys have made', async () => {
    const token = await tokenOf();
    issuer.person = { sub: person, tenant: 'acme' };
    const browser = new TestBrowser(other);
    await browser.logIn();
    const owner = await aPerson(app, { sub: person, scope: 'customers:read api-keys:write api-keys:read' });
    const parent = await aKeyOf(owner, { scopes: ['customers:read', 'api-keys:write'] });
    const child = await aKeyOf(withKey(app, parent.key));
    const before = [
      (await call(token, other)).status,
      (await withKey(other, child.key).get('/v2/customers')).status,
      (await browser.page.get('/v2/customers')).status,
    ];

    const report = await contain();

    expect(before).toEqual([200, 200, 200]);
    expect(report).toMatchObject({ sessionsEnded: 1, lifted: 0 });
    expect(report.keysRevoked.toSorted()).toEqual([parent.id, child.id].toSorted());
    for (const instance of [app, other]) {
      await refusedSoon(token, instance);
      const answers = [
        await call(token, instance),
        await withKey(instance, parent.key).get('/v2/customers'),
        await withKey(instance, child.key).get('/v2/customers'),
      ];
      expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual([
        [401, 'auth.invalid_token'],
        [401, 'api_key.invalid'],
        [401, 'api_key.invalid'],
      ]);
    }
    expect(await browser.page.get('/v2/customers')).toMatchObject({
      status: 401,
      body: { code: 'session.ended' },
    });
  });

  it('[P8.5] may come back with a token that was issued later, unless it is suspended until that is lifted', async () => {
    const old = await tokenOf();
    await contain();
    await refusedSoon(old);
    const fresh = await tokenOf({}, 2);
    const comesBack = (await call(fresh)).status;

    const { containments } = await contain('--suspend');
    await refusedSoon(fresh);
    const later = await call(await tokenOf({}, 3));
    await incident('lift', '--id', containments[0] ?? '', '--reason', 'new laptop');

    expect([comesBack, later.status]).toEqual([200, 401]);
    await soon(async () => expect((await call(fresh)).status).toBe(200));
    expect((await call(old)).status).toBe(401);
  });

  it('[P8.5] is nobody of another tenant, and no other subject', async () => {
    const mine = await tokenOf();
    await contain('--suspend');
    await refusedSoon(mine);

    const others = [await tokenOf({ tenant: 'globex' }), await tokenOf({ sub: `${person}0` })];

    for (const token of others) {
      expect((await call(token)).status).toBe(200);
    }
  });

  it('[P8.5] is refused wherever a credential is looked at, also for pages that do so themselves', async () => {
    const token = await tokenOf();
    const before = await call(token, app, '/openapi/v2.json');
    await contain('--suspend');
    await refusedSoon(token);

    const after = await call(token, app, '/openapi/v2.json');

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('[P8.5] leaves an event when it comes again, once a minute, with who and from where', async () => {
    const token = await tokenOf();
    const { containments } = await contain('--suspend');
    await refusedSoon(token);
    await Promise.all(Array.from({ length: 5 }, () => call(token)));

    const events = app.log.all.filter(
      (event) => event['securityEvent'] === 'containment_refused' && event['subject'] === person,
    );

    expect(events).toMatchObject([
      { containmentId: containments[0], kind: 'subject', tenantId: 'acme', address: '198.51.100.1' },
    ]);
  });

  it('[P8.5] counter-proof: without the objection a token works until it ends', async () => {
    const undefended = await beside({ removal: without('containment of callers') });
    const token = await tokenOf();
    await contain('--suspend');
    await refusedSoon(token);

    expect((await call(token, undefended)).status).toBe(200);
    await undefended.stop();
  });
});

describe('a client that is contained', () => {
  it('[P8.5] gets nothing more for anybody, while others of the same person go on', async () => {
    const theirs = await tokenOf({ client_id: `${person}-app` });
    const ours = await tokenOf({ client_id: 'another-app' });
    await incident('contain', '--tenant', 'acme', '--client', `${person}-app`, ...REASON);

    await refusedSoon(theirs);

    expect((await call(ours)).status).toBe(200);
  });
});

describe('an address that is blocked', () => {
  it('[P8.5] gets one short answer everywhere, with whatever it sends, and probes go on', async () => {
    const token = await tokenOf();
    const blocked = stranger('203.0.113.9');
    const { containments } = await incident(
      'block',
      '--address',
      '203.0.113.0/24',
      '--for',
      '24h',
      ...REASON,
    );
    await soon(async () => expect((await blocked.get('/changelog')).status).toBe(403));

    const answers = [
      await blocked.withToken(token).get('/v2/customers'),
      await blocked.post('/v2/customers', { no: 'such field' }),
      await blocked.get('/no/such/route'),
      await stranger('203.0.113.77').get('/changelog'),
    ];
    const probe = await blocked.get('/health/live');
    const neighbour = await stranger('203.0.114.9').withToken(token).get('/v2/customers');

    expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(
      answers.map(() => [403, 'request.forbidden']),
    );
    expect([probe.status, neighbour.status]).toEqual([200, 200]);
    await incident('lift', '--id', containments[0] ?? '', '--reason', 'over');
    await soon(async () => expect((await blocked.get('/changelog')).status).toBe(200));
  });

  it('[P8.5] counter-proof: without the hook it goes on', async () => {
    const undefended = await beside({ removal: without('blocked addresses'), environment: behindProxy });
    await incident('block', '--address', '203.0.115.9', ...REASON);
    await soon(async () => expect((await stranger('203.0.115.9').get('/changelog')).status).toBe(403));

    expect((await stranger('203.0.115.9', undefended).get('/changelog')).status).toBe(200);
    await undefended.stop();
  });
});

describe('an instance', () => {
  const insert = (value: string) =>
    app.database.inspect(
      `INSERT INTO incident.containments (kind, tenant_id, value, reason, created_by)
       VALUES ('subject', 'acme', $1, 'nobody is told', 'test')`,
      [value],
    );

  it('[P8.5] sees by itself what nobody has told it', async () => {
    const token = await tokenOf();

    await insert(person);

    await refusedSoon(token);
  });

  it('[P8.5] keeps to what it knew when the database goes away', async () => {
    const proxy = await TcpProxy.start(app.database.url('application'));
    const url = new URL(app.database.url('application'));
    url.port = String(proxy.port);
    const cutOff = await beside({ environment: { ...environment, DATABASE_URL: url.href } });
    const token = await tokenOf();
    await insert(person);
    await refusedSoon(token, cutOff);

    await proxy.stop();

    await soon(async () => expect((await cutOff.api.get('/health/ready')).status).toBe(503));
    expect((await call(token, cutOff)).status).toBe(401);
    await cutOff.stop();
  });

  it('[P8.5] that has never known who is contained lets nobody in, and says that it is not ready', async () => {
    const proxy = await TcpProxy.start('tcp://127.0.0.1:1');
    const url = new URL(app.database.url('application'));
    url.port = String(proxy.port);
    const blind = await beside({ environment: { ...environment, DATABASE_URL: url.href } });
    const token = await tokenOf();

    const answers = [
      await call(token, blind),
      await blind.api.get('/changelog'),
      await blind.api.get('/health/ready'),
    ];
    const alive = await blind.api.get('/health/live');
    proxy.targetUrl = app.database.url('application');

    expect([...answers.map(({ status }) => status), alive.status]).toEqual([503, 503, 503, 200]);
    await soon(async () => expect((await call(token, blind)).status).toBe(200));
    await blind.stop();
    await proxy.stop();
  });
});
