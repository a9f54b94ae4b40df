import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, type PostgresServer } from '../dev/postgres.ts';
import { testEnvironment } from '../test/support/environment.js';
import { TEST_PASSWORDS, urlFor } from '../test/support/database-roles.js';
import { freePort } from '../test/support/free-port.js';
import { TestIssuer } from '../test/support/issuer.js';
import { startRedis } from '../test/support/redis.js';
import { addCustomers, someIds } from './lists/rows.js';
import type { Targets } from './load/load-order.js';

const DATABASE = 'secure_api';
const TOKENS = 1000;
const PATHS = 5000;
/** The longest that the configuration allows. */
const TOKEN_LIFETIME_SECONDS = 900;
const RENEW_AFTER_SECONDS = 450;
const run = promisify(execFile);

export interface World {
  /** What an operator would set, but for the limits: one address makes all requests. */
  readonly environment: Record<string, string>;
  readonly adminUrl: string;
  /** Null where the machine has no redis-server. */
  readonly redisUrl: string | null;
  /** What to ask for, with tokens that are good for a while. */
  targets(): Promise<Targets>;
  stop(): Promise<void>;
}

/** One PostgreSQL, one Redis, one issuer, and one set of customers for everybody who is measured. */
export async function buildWorld(customers: number): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-bench-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const postgres = await startPostgres({
    folder: path.join(folder, 'postgres'),
    port: await freePort(),
    adminPassword: TEST_PASSWORDS.admin,
    flags: ['-c', 'max_connections=400'],
  });
  const [redis, issuer] = [await startRedis(), await TestIssuer.start()];
  const adminUrl = await prepareDatabase(postgres);
  const environment = environmentFor(urlFor(adminUrl, 'application', DATABASE), issuer.url);
  await addCustomers(customers, adminUrl, environment);
  const paths = (await someIds(PATHS, adminUrl)).map((id) => `/v2/customers/${id}`);
  let tokens: { readonly list: string[]; readonly mintedAtSeconds: number } | undefined;
  return {
    environment,
    adminUrl,
    redisUrl: redis?.url ?? null,
    targets: async () => {
      const nowSeconds = issuer.nowSeconds();
      if (!tokens || nowSeconds - tokens.mintedAtSeconds > RENEW_AFTER_SECONDS) {
        tokens = { list: await tokensOf(issuer), mintedAtSeconds: nowSeconds };
      }
      return { paths, tokens: tokens.list };
    },
    stop: async () => {
      await issuer.stop();
      await redis?.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** By the commands of the build, as an operator does it. */
async function prepareDatabase(postgres: PostgresServer): Promise<string> {
  await postgres.createDatabase(DATABASE);
  const adminUrl = postgres.url(DATABASE);
  const passwords = Object.entries(TEST_PASSWORDS).map(([role, password]) => [
    `DATABASE_${role.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_PASSWORD`,
    password,
  ]);
  await command('dist/database/commands/bootstrap-roles.js', {
    ...(Object.fromEntries(passwords.filter(([name]) => name !== 'DATABASE_ADMIN_PASSWORD')) as object),
    DATABASE_ADMIN_URL: adminUrl,
  });
  await command('dist/database/commands/migrate.js', {
    DATABASE_OWNER_URL: urlFor(adminUrl, 'owner', DATABASE),
  });
  return adminUrl;
}

async function command(script: string, environment: object): Promise<void> {
  await run(process.execPath, [script], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', ...environment },
  });
}

function environmentFor(databaseUrl: string, issuerUrl: string): Record<string, string> {
  return {
    ...(testEnvironment(databaseUrl, issuerUrl) as Record<string, string>),
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    RATE_LIMIT_SUBJECT: '100000000/hour',
    HTTP_SERVER_MAX_REQUESTS_PER_CONNECTION: '1000000',
    OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS: String(TOKEN_LIFETIME_SECONDS),
  };
}

async function tokensOf(issuer: TestIssuer): Promise<string[]> {
  const iat = issuer.nowSeconds();
  return Promise.all(
    Array.from({ length: TOKENS }, (_, index) =>
      issuer.token({
        claims: { sub: `user-${index}`, iat, exp: iat + TOKEN_LIFETIME_SECONDS, scope: 'customers:read' },
      }),
    ),
  );
}
