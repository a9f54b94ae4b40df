import { once } from 'node:events';
import http from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';
import { CertificateFiles } from '../support/certificate-files.js';
import { TestAuthority } from '../support/certificates.js';
import { aCustomer } from '../support/customers.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { freePort } from '../support/free-port.js';
import { TestIssuer } from '../support/issuer.js';
import { PATIENCE } from '../support/patience.js';
import { firstAnswerOf, launchProcess } from '../support/processes.js';
import { slowSenders } from '../support/slow-senders.js';
import { getTls, type TlsResponse } from '../support/tls-client.js';

/* The built application as a process of its own, as an orchestrator runs it. */

let database: TestDatabase;
let issuer: TestIssuer;

beforeAll(async () => {
  [database, issuer] = await Promise.all([createTestDatabase(), TestIssuer.start()]);
});
afterAll(() => Promise.all([database.drop(), issuer.stop()]));

const ordinary = (): Environment => testEnvironment(database.url('application'), issuer.url);

/** A session that keeps every reader of customers waiting until it is released. */
async function lockCustomers(): Promise<() => Promise<void>> {
  const session = new pg.Client({ connectionString: database.adminUrl });
  await session.connect();
  await session.query('BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
  return () => session.end();
}

const isWaiting = (): Promise<void> =>
  vi.waitFor(
    async () => {
      // Other tests of the run have locks in other databases of the same server.
      const waiting = await database.inspect(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'customers'::regclass
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      expect(waiting).not.toEqual([]);
    },
    { timeout: 10_000 },
  );

describe('on SIGTERM', () => {
  it('the request in flight is answered, no new one is taken, and the process ends with 0', async () => {
    const run = await launchProcess(ordinary());
    await firstAnswerOf(run);
    const release = await lockCustomers();
    const headers = { authorization: `Bearer ${await issuer.token()}` };
    const inFlight = fetch(`${run.url}/v2/customers`, { headers });
    await isWaiting();

    run.child.kill('SIGTERM');
    await vi.waitFor(() => expect(fetch(`${run.url}/health/live`)).rejects.toThrow(), { timeout: 10_000 });
    await release();

    expect((await inFlight).status).toBe(200);
    expect(await run.exitCode).toBe(0);
  });

  it('a request that hangs is cut after the time allowed, and the process ends with 1', async () => {
    const run = await launchProcess({ ...ordinary(), HTTP_SERVER_SHUTDOWN_TIMEOUT_SECONDS: '1' });
    await firstAnswerOf(run);
    const release = await lockCustomers();
    const headers = { authorization: `Bearer ${await issuer.token()}` };
    const inFlight = fetch(`${run.url}/v2/customers`, { headers }).catch(() => 'cut');
    await isWaiting();

    run.child.kill('SIGTERM');

    expect(await run.exitCode).toBe(1);
    expect(await inFlight).toBe('cut');
    await release();
  });
});

describe('on SIGTERM, whoever keeps a connection open', () => {
  interface Answer {
    readonly status: number;
    readonly connection: string | undefined;
    readonly port: number;
  }

  /** As a proxy asks: over the one connection that it keeps, or over another one when that was closed. */
  function keptConnection(url: string) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    return async (method: string, path: string, body?: object): Promise<Answer> => {
      const headers = {
        authorization: `Bearer ${await issuer.token({ claims: { scope: 'customers:read customers:write' } })}`,
        ...(body && { 'content-type': 'application/json' }),
      };
      return new Promise((resolve, reject) => {
        const request = http.request(url + path, { agent, method, headers }, (response) => {
          const port = response.socket.localPort ?? 0;
          response.resume().once('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              connection: response.headers.connection,
              port,
            });
          });
        });
        request.once('error', reject).end(body && JSON.stringify(body));
      });
    };
  }

  /** A stranger, who leaves again. */
  async function callOnce(url: string): Promise<void> {
    const [response] = (await once(http.get(`${url}/health/live`, { agent: false }), 'response')) as [
      http.IncomingMessage,
    ];
    await once(response.resume(), 'end');
  }

  /** @returns when nobody can connect any more, or when the delay has begun, in which everybody can */
  async function endWhileKept(drainSeconds: number, shutdownDelaySeconds = 0) {
    const run = await launchProcess({
      ...ordinary(),
      HTTP_SERVER_DRAIN_SECONDS: String(drainSeconds),
      HTTP_SERVER_SHUTDOWN_DELAY_SECONDS: String(shutdownDelaySeconds),
    });
    const ask = keptConnection(run.url);
    const before = await vi.waitFor(() => ask('GET', '/health/ready'), { timeout: 20_000, interval: 50 });
    run.child.kill('SIGTERM');
    await vi.waitFor(() => expect(run.output()).toContain('SIGTERM received'), PATIENCE);
    if (shutdownDelaySeconds === 0) {
      await vi.waitFor(() => expect(callOnce(run.url)).rejects.toThrow('ECONNREFUSED'), PATIENCE);
    }
    return { run, ask, before };
  }

  it('has its next request answered, a POST too, and hears that it is the last one', async () => {
    const { run, ask, before } = await endWhileKept(30);
    const start = performance.now();

    const next = await ask('POST', '/v2/customers', aCustomer());

    expect(before).toMatchObject({ status: 200, connection: 'keep-alive' });
    expect(next).toEqual({ status: 201, connection: 'close', port: before.port });
    // Nobody can connect, and nobody is left, so that the rest of the time is not waited for.
    await expect(ask('GET', '/health/live')).rejects.toThrow('ECONNREFUSED');
    expect(await run.exitCode).toBe(0);
    expect(performance.now() - start).toBeLessThan(25_000);
  });

  it('is served as before during the delay, and so is who connects then, but for readiness', async () => {
    const start = performance.now();
    const { run, ask } = await endWhileKept(0, 6);
    const newcomer = keptConnection(run.url);

    const answers = [
      await ask('GET', '/health/ready'),
      await ask('POST', '/v2/customers', aCustomer()),
      await newcomer('GET', '/health/ready'),
      await newcomer('POST', '/v2/customers', aCustomer()),
    ];

    expect(answers.map(({ status }) => status)).toEqual([503, 201, 503, 201]);
    expect(new Set(answers.map(({ connection }) => connection))).toEqual(new Set(['keep-alive']));
    expect(await run.exitCode).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(6000);
  });

  it('hears that the instance is not ready any more', async () => {
    const { run, ask, before } = await endWhileKept(30);

    expect(before.status).toBe(200);
    expect(await ask('GET', '/health/ready')).toMatchObject({ status: 503, connection: 'close' });
    expect(await run.exitCode).toBe(0);
  });

  it('counter-proof: without the time to drain finds its connection closed', async () => {
    const { run, ask } = await endWhileKept(0);

    expect(await run.exitCode).toBe(0);
    await expect(ask('POST', '/v2/customers', aCustomer())).rejects.toThrow('ECONNREFUSED');
  });

  it('and asks for nothing more holds it up for that time', async () => {
    const start = performance.now();
    const { run } = await endWhileKept(1);

    expect(await run.exitCode).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(1000);
  });
});

describe('with a certificate', () => {
  it('it speaks TLS, outlives SIGHUP, and ends on SIGTERM although somebody has begun a handshake', async () => {
    const authority = await TestAuthority.create('Test');
    const files = await CertificateFiles.create(await authority.issue(['127.0.0.1']));
    const run = await launchProcess({ ...ordinary(), ...files.environment });
    const url = run.url.replace('http:', 'https:');
    const get = (): Promise<TlsResponse> => getTls(`${url}/health/live`, { ca: authority.certificate });
    await vi.waitFor(get, { timeout: 15_000, interval: 50 });
    const [half] = await slowSenders(run.url, 1, '\x16\x03\x01\x02\x00', '');

    run.child.kill('SIGHUP');
    const response = await get();
    run.child.kill('SIGTERM');

    expect(response.status).toBe(200);
    expect(await run.exitCode).toBe(0);
    await half?.end;
    await files.remove();
  });
});

describe('a start', () => {
  it('with several faults names each variable and rule, and no value', async () => {
    const marked = 'ftp://MARKED-4711';
    const run = await launchProcess({
      DATABASE_URL: marked,
      OIDC_ISSUER: marked,
      APPLICATION_SECRET: 'MARKED-4711',
      DATABASE_UR: 'x',
    });

    expect(await run.exitCode).toBe(1);
    for (const name of [
      'DATABASE_URL',
      'DATABASE_UR',
      'OIDC_ISSUER',
      'OIDC_AUDIENCE',
      'APPLICATION_SECRET',
    ]) {
      expect(run.output()).toContain(`  ${name} is`);
    }
    expect(run.output()).not.toContain('MARKED');
  });

  it('with the credential of the database’s owner is refused', async () => {
    const run = await launchProcess({ ...ordinary(), DATABASE_OWNER_URL: database.url('owner') });

    expect(await run.exitCode).toBe(1);
    expect(run.output()).toContain('DATABASE_OWNER_URL is not a setting of this program');
  });

  it('without a reachable database stays alive and is not ready, and its log says why', async () => {
    const port = await freePort();
    const run = await launchProcess({ ...ordinary(), DATABASE_URL: `postgresql://a:b@127.0.0.1:${port}/c` });

    const live = await firstAnswerOf(run);
    const ready = await fetch(`${run.url}/health/ready`);

    expect([live.status, ready.status]).toEqual([200, 503]);
    run.child.kill('SIGTERM');
    expect(await run.exitCode).toBe(0);
    expect(run.output()).toMatch(new RegExp(`database is not ready: .*127.0.0.1:${port}`));
    expect(run.output()).toContain(`"msg":"${run.url}"`);
  });
});
