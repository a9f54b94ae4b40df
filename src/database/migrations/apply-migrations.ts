import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, withClient } from '../connection/with-client.js';
import { readMigrationFiles, type MigrationFile } from './migration-files.js';

/** Prisma Migrate's own advisory lock, so that the two never run at the same time. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

/** Prisma Migrate's own table: `prisma migrate` continues where this leaves off, and vice versa. */
const CREATE_MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                  VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"            VARCHAR(64) NOT NULL,
    "finished_at"         TIMESTAMPTZ,
    "migration_name"      VARCHAR(255) NOT NULL,
    "logs"                TEXT,
    "rolled_back_at"      TIMESTAMPTZ,
    "started_at"          TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies the outstanding Prisma migrations without Prisma's CLI and its downloaded engine.
 * Each script and its record are one transaction, so that a failure leaves nothing half done.
 *
 * @param ownerUrl connects as the role that owns the tables
 * @returns the names of the migrations that were applied now
 * @throws when an applied script was changed afterwards, or one failed
 */
export async function applyMigrations(ownerUrl: string, files?: readonly MigrationFile[]): Promise<string[]> {
  const migrations = files ?? (await readMigrationFiles());
  return withClient(ownerUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
    await client.query(CREATE_MIGRATIONS_TABLE);
    const outstanding = await outstandingMigrations(client, migrations);
    for (const migration of outstanding) {
      await applyMigration(client, migration);
    }
    return outstanding.map(({ name }) => name);
  });
}

async function outstandingMigrations(
  client: pg.Client,
  migrations: readonly MigrationFile[],
): Promise<MigrationFile[]> {
  const { rows } = await client.query<AppliedMigration>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  return migrations.filter((migration) => {
    const record = applied.get(migration.name);
    if (record && record.finished_at === null) {
      throw new Error(`the migration ${migration.name} was begun by another tool and never finished`);
    }
    if (record && record.checksum !== migration.checksum) {
      throw new Error(`the migration ${migration.name} was changed after it had been applied`);
    }
    return record === undefined;
  });
}

async function applyMigration(client: pg.Client, { name, sql, checksum }: MigrationFile): Promise<void> {
  try {
    await inTransaction(client, async () => {
      await client.query(sql);
      await client.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, now(), 1)`,
        [randomUUID(), checksum, name],
      );
    });
  } catch (error) {
    throw new Error(`the migration ${name} failed: ${error instanceof Error ? error.message : 'unknown'}`, {
      cause: error,
    });
  }
}
