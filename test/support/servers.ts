import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../dev/postgres.ts';
import { applyMigrations } from '../../src/database/migrations/apply-migrations.js';
import { bootstrapRoles } from '../../src/database/roles/bootstrap-roles.js';
import { freePort } from './free-port.js';
import { startRedis } from './redis.js';
import { TEMPLATE_DATABASE, TEST_PASSWORDS, urlFor } from './database-roles.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the server's administrator, connected to no particular database. */
    adminUrl: string;
    /** Null when this machine has no Redis; with CI=true that is a failure. */
    redisUrl: string | null;
  }
}

/** Starts one PostgreSQL and one Redis for the whole run, in a temporary folder that goes away. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-test-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const port = await freePort();
  const postgres = await startPostgres({
    folder: path.join(folder, 'postgres'),
    port,
    adminPassword: TEST_PASSWORDS.admin,
    // Nothing of a test run needs to survive a crash; everything else is as in production.
    flags: ['-c', 'fsync=off', '-c', 'max_connections=300'],
  });
  await postgres.createDatabase(TEMPLATE_DATABASE);
  const adminUrl = postgres.url(TEMPLATE_DATABASE);
  await bootstrapRoles(adminUrl, TEST_PASSWORDS);
  await applyMigrations(urlFor(adminUrl, 'owner', TEMPLATE_DATABASE));
  const redis = await startRedis();

  project.provide('adminUrl', adminUrl);
  project.provide('redisUrl', redis?.url ?? null);
  return async () => {
    await redis?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
