import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresServer } from '../../dev/postgres.ts';
import { hasCaddy } from '../support/caddy.js';
import { TestAuthority } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';
import { PATIENCE } from '../support/patience.js';
import { startRedis, type RedisServer } from '../support/redis.js';
import { startTlsPostgres, verifiedUrl } from '../support/tls-postgres.js';

/*
 * What Compose mounts is read here by the program that it is for, and does what it says. Debian's Caddy and Redis are
 * older than those of the images: what these take, the others take, too.
 */

let folder: string;
let authority: TestAuthority;
const inFolder = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'secure-api-compose-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  authority = await TestAuthority.create('The authority of this machine');
  await authority.writeTo(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!hasCaddy())('the settings of the proxy', () => {
  /** With the variables that docker-compose.yml gives it. */
  async function validate(variables: Record<string, string>, change = (text: string) => text) {
    const text = await readFile('deploy/compose/Caddyfile', 'utf8');
    await writeFile(inFolder('Caddyfile'), change(text.replaceAll('/run/secrets', folder)));
    const { status, stderr } = spawnSync(
      'caddy',
      ['validate', '--config', inFolder('Caddyfile'), '--adapter', 'caddyfile'],
      {
        env: { PATH: process.env['PATH'], XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, ...variables },
        encoding: 'utf8',
      },
    );
    return { status, stderr };
  }
  const names = (domain: string) => ({ API_HOST: `api.${domain}`, IDENTITY_PROVIDER_HOST: `id.${domain}` });

  it.each([
    ['without a domain', { ...names('demo.localhost'), CERTIFICATE: '', ACME_EMAIL: '' }],
    ['with a domain', { ...names('example.com'), CERTIFICATE: '-acme', ACME_EMAIL: '' }],
    ['with somebody to warn', { ...names('example.com'), CERTIFICATE: '-acme', ACME_EMAIL: 'a@example.com' }],
  ])('are valid %s, and written as its formatter would', async (_what, variables) => {
    const { status, stderr } = await validate(variables);

    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('not formatted');
  });

  it('counter-proof: a misspelt directive is not valid', async () => {
    const { status } = await validate(names('demo.localhost'), (text) =>
      text.replace('lb_try_duration', 'lb_try_duraton'),
    );

    expect(status).toBe(1);
  });
});

describe('the settings of Redis', () => {
  let redis: RedisServer | null;
  let port: number;

  beforeAll(async () => {
    await writeFile(inFolder('users.acl'), 'user default off\nuser api on >word ~* &* +@all -@admin\n');
    const { certificate, privateKey } = await authority.issue(['localhost']);
    await writeFile(inFolder('redis.crt'), certificate);
    await writeFile(inFolder('redis.key'), privateKey);
    port = await freePort();
    const places = {
      port: '0',
      'tls-port': String(port),
      aclfile: inFolder('users.acl'),
      'tls-cert-file': inFolder('redis.crt'),
      'tls-key-file': inFolder('redis.key'),
    };
    redis = await startRedis(
      undefined,
      Object.entries(places).flatMap(([name, value]) => [`--${name}`, value]),
      'deploy/compose/redis.conf',
    );
  });
  afterAll(() => redis?.stop());

  it('refuse writes when its memory is full, write nothing to disk, and know no nameless user', async ({
    skip,
  }) => {
    if (!redis) {
      skip();
    }
    const place = { host: 'localhost', port, tls: { ca: authority.certificate } };
    const named = new Redis({ ...place, username: 'api', password: 'word' });
    const nameless = new Redis(place);
    // Refused while it connects, which is what is to be seen.
    nameless.on('error', () => undefined);

    const memory = await named.info('memory');
    const persistence = await named.info('persistence');

    expect(memory).toContain('maxmemory_policy:noeviction');
    expect(memory).toContain(`maxmemory:${128 * 1024 * 1024}`);
    expect(persistence).toContain('aof_enabled:0');
    await expect(nameless.ping()).rejects.toThrow('NOAUTH');
    named.disconnect();
    nameless.disconnect();
  });
});

describe('who may connect to PostgreSQL', () => {
  let server: PostgresServer;
  let admin: pg.Client;

  beforeAll(async () => {
    server = await startTlsPostgres(folder, await authority.issue(['localhost']));
    admin = new pg.Client({ connectionString: server.url('postgres') });
    await admin.connect();
    const { rows } = await admin.query<{ hba_file: string }>('SHOW hba_file');
    await writeFile(String(rows[0]?.hba_file), await readFile('deploy/compose/pg_hba.conf', 'utf8'));
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  it('[P9.3] is understood by the server: over the network TLS and a password, and nothing else', async () => {
    const { rows } = await admin.query(
      'SELECT type, database, user_name, auth_method, error FROM pg_hba_file_rules ORDER BY rule_number',
    );

    expect(rows).toEqual([
      { type: 'local', database: ['all'], user_name: ['postgres'], auth_method: 'trust', error: null },
      { type: 'hostssl', database: ['all'], user_name: ['all'], auth_method: 'scram-sha-256', error: null },
    ]);
  });

  it('[P9.3] lets nobody in without TLS', async () => {
    const secure = verifiedUrl(server, 'application', 'localhost', inFolder('authority.crt'));
    const plain = new URL(secure);
    plain.search = '';

    await admin.query('SELECT pg_reload_conf()');

    await expect.poll(() => connect(plain.href), PATIENCE).toContain('no encryption');
    expect(await connect(secure)).toBe('connected');
  });
});

async function connect(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

/** Version 2 of Compose; Debian's docker-compose is another program, so that this is left out even with CI=true. */
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

describe.skipIf(!hasCompose)('Compose itself', () => {
  it.each([
    ['as it comes', []],
    ['with everything', ['--profile', 'observability']],
    ['under attack', ['--env-file', 'deploy/compose/test.env']],
  ])('reads the files: %s', (_what, options) => {
    const { status, stderr } = spawnSync('docker', ['compose', ...options, 'config', '--quiet'], {
      encoding: 'utf8',
    });

    expect(status, stderr).toBe(0);
  });
});
