import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresServer } from '../../dev/postgres.ts';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { connectionOptions } from '../../src/database/connection/database-url.js';
import { DatabaseConfig } from '../../src/database/database.config.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { TestAuthority } from '../support/certificates.js';
import { testEnvironment } from '../support/environment.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { startTlsPostgres, verifiedUrl } from '../support/tls-postgres.js';

/*
 * The attack: somebody stands between the API and its database, answers in its name, and takes
 * the password and every row. Encryption alone does not help: it is encrypted, for him.
 */

let app: TestApp;
let folder: string;
let server: PostgresServer;

beforeAll(async () => {
  app = await createTestApp();
  folder = await mkdtemp(path.join(tmpdir(), 'secure-api-tls-'));
  await chmod(folder, 0o755);
  const ours = await TestAuthority.create('Ours');
  const stranger = await TestAuthority.create('A stranger');
  await writeFile(file('ours.pem'), ours.certificate);
  await writeFile(file('stranger.pem'), stranger.certificate);
  server = await startTlsPostgres(folder, await ours.issue(['localhost']));
}, 60_000);
afterAll(async () => {
  await server.stop();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string): string => path.join(folder, name);

/** The application's URL of the server, by a name or an address, trusting one authority. */
const urlOf = (host: string, authority: 'ours.pem' | 'stranger.pem'): string =>
  verifiedUrl(server, 'application', host, file(authority));

describe('a connection that verifies the server', () => {
  it('[P9.3] is made to the right server, encrypted', async () => {
    const secured = await createTestApp({
      besides: app,
      environment: { DATABASE_URL: urlOf('localhost', 'ours.pem') },
    });
    const caller = secured.api.withToken(await app.issuer.token());

    const response = await caller.get('/v2/customers');

    const admin = new pg.Client({ connectionString: server.url('secure_api') });
    await admin.connect();
    const { rows } = await admin.query(
      `SELECT DISTINCT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE usename = 'secure_api_application'`,
    );
    await admin.end();
    expect(response.status).toBe(200);
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    await secured.stop();
  });

  it.each([
    ['a certificate of another authority', 'localhost', 'stranger.pem'],
    ['a certificate for another name', '127.0.0.1', 'ours.pem'],
  ] as const)(
    '[P9.3] is not made to %s: the request fails and the log tells',
    async (_what, host, authority) => {
      const secured = await createTestApp({
        besides: app,
        environment: { DATABASE_URL: urlOf(host, authority) },
      });
      const caller = secured.api.withToken(await app.issuer.token());

      const response = await caller.get('/v2/customers');

      expect(response).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
      expect(JSON.stringify(app.log.of(response.requestId))).toMatch(/certificate|altnames/);
      await secured.stop();
    },
  );

  it('[P9.3] is not made to a server that speaks no TLS', async () => {
    const plain = new URL(app.database.url('application'));
    plain.searchParams.set('sslmode', 'verify-full');
    const client = new pg.Client(connectionOptions(plain.href));

    await expect(client.connect()).rejects.toThrow('does not support SSL');
  });

  it('[P9.3] cannot be weakened by a variable of the driver', async () => {
    process.env['PGSSLMODE'] = 'no-verify';
    const client = new pg.Client(connectionOptions(urlOf('localhost', 'stranger.pem')));

    await expect(client.connect()).rejects.toThrow(/certificate/);
    delete process.env['PGSSLMODE'];
  });

  it('[P9.3] counter-proof: with the encryption that drivers offer by default, the wrong server is trusted', async () => {
    const url = new URL(urlOf('localhost', 'stranger.pem'));
    url.searchParams.set('sslmode', 'no-verify');
    url.searchParams.delete('sslrootcert');
    const client = new pg.Client({ connectionString: url.href });

    await client.connect();

    expect((await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows).toEqual([
      { ssl: true },
    ]);
    await client.end();
  });
});

describe('in production', () => {
  const PLAIN = 'postgresql://secure_api_application:x@db.example/secure_api';
  const parse = (url: string, slices = CONFIG_SLICES): unknown =>
    parseConfiguration(slices, {
      ...testEnvironment(url, 'https://id.example'),
      NODE_ENV: 'production',
      HTTP_SERVER_TRUSTED_PROXIES: '1',
    });

  it.each(['', '?sslmode=disable'])('[P9.3] the start is refused with a URL that ends in "%s"', (end) => {
    expect(() => parse(PLAIN + end)).toThrow('DATABASE_URL must say sslmode=verify-full in production');
  });

  it.each([
    '?sslmode=allow',
    '?sslmode=prefer',
    '?sslmode=require',
    '?sslmode=verify-ca',
    '?sslmode=no-verify',
    '?sslmode=VERIFY-FULL',
    '?sslmode=verify-full&sslmode=disable',
    '?sslmode=verify-full&ssl=false',
    '?sslmode=verify-full&uselibpqcompat=true',
    '?sslmode=verify-full&sslrootcert=/no/such/file',
  ])('[P9.3] in any environment the start is refused with a URL that ends in "%s"', (end) => {
    expect(() => parse(PLAIN + end)).toThrow(/DATABASE_URL (has|repeats|names)/);
    expect(() =>
      parseConfiguration(CONFIG_SLICES, testEnvironment(PLAIN + end, 'https://id.example')),
    ).toThrow(/DATABASE_URL (has|repeats|names)/);
  });

  it('[P9.3] counter-proof: without the rule, production starts in plaintext', () => {
    const unguarded = class extends DatabaseConfig {
      static override readonly definition = { ...DatabaseConfig.definition, rules: () => [] };
    };

    const slices = CONFIG_SLICES.map((slice) => (slice === DatabaseConfig ? unguarded : slice));

    expect(parse(PLAIN, slices)).toBeDefined();
  });
});
