import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { applyMigrations } from '../../src/database/migrations/apply-migrations.js';
import { readMigrationFiles, type MigrationFile } from '../../src/database/migrations/migration-files.js';
import { runSql } from '../support/database.js';
import { describeTables } from '../support/schema-catalog.js';
import { startSchemaEngine } from '../support/schema-engine.js';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database.js';

/*
 * Migrations run without Prisma's CLI. So it must be shown that the result is what Prisma
 * would have made, and that no run leaves a database half migrated.
 */

const databases: ScratchDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) {
    await database.drop();
  }
});

async function emptyDatabase(): Promise<ScratchDatabase> {
  const database = await createScratchDatabase();
  databases.push(database);
  return database;
}

const script = (name: string, sql: string): MigrationFile => ({
  name,
  sql,
  checksum: createHash('sha256').update(sql).digest('hex'),
});
const FIRST = script('1_first', 'CREATE TABLE first (id int)');
const SECOND = script('2_second', 'CREATE TABLE second (id int); ALTER TABLE first ADD COLUMN more int');
const THIRD = script('3_third', 'ALTER TABLE second ADD COLUMN more int');

async function recordsOf(database: ScratchDatabase): Promise<string[]> {
  const rows = await database.inspect<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations ORDER BY migration_name',
  );
  return rows.map(({ migration_name }) => migration_name);
}

async function tablesOf(database: ScratchDatabase): Promise<string[]> {
  const rows = await database.inspect<{ tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
  );
  return rows.map(({ tablename }) => tablename);
}

describe('the migrations of the repository', () => {
  it('apply once, with nothing but the rights of the owner', async () => {
    const database = await emptyDatabase();
    const names = (await readMigrationFiles()).map(({ name }) => name);

    const applied = await applyMigrations(database.ownerUrl);
    const appliedAgain = await applyMigrations(database.ownerUrl);

    const owners = await database.inspect(
      `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`,
    );
    expect(applied).toEqual(names);
    expect(appliedAgain).toEqual([]);
    expect(await recordsOf(database)).toEqual(names);
    expect(owners).toEqual([{ tableowner: 'secure_api_owner' }]);
  });
});

describe('applyMigrations', () => {
  it('applies only what is outstanding, in the order of the list', async () => {
    const database = await emptyDatabase();
    await applyMigrations(database.ownerUrl, [FIRST]);

    const applied = await applyMigrations(database.ownerUrl, [FIRST, SECOND, THIRD]);

    expect(applied).toEqual(['2_second', '3_third']);
    expect(await tablesOf(database)).toEqual(['first', 'second']);
  });

  it('applies each migration once when two runs meet', async () => {
    const database = await emptyDatabase();
    const run = () => applyMigrations(database.ownerUrl, [FIRST, SECOND, THIRD]);

    const applied = await Promise.all([run(), run()]);

    expect(applied.flat()).toEqual(['1_first', '2_second', '3_third']);
    expect(await recordsOf(database)).toEqual(['1_first', '2_second', '3_third']);
  });

  it('refuses by name a script that was changed after it had been applied, and applies nothing', async () => {
    const database = await emptyDatabase();
    await applyMigrations(database.ownerUrl, [FIRST]);
    const changed = script(FIRST.name, `${FIRST.sql} -- changed`);

    const run = applyMigrations(database.ownerUrl, [changed, SECOND]);

    await expect(run).rejects.toThrow('1_first was changed after it had been applied');
    expect(await tablesOf(database)).toEqual(['first']);
  });

  it('leaves nothing of a script that fails, and keeps what came before it', async () => {
    const database = await emptyDatabase();
    const failing = script('2_failing', 'CREATE TABLE half (id int); SELECT 1 / 0');

    const run = applyMigrations(database.ownerUrl, [FIRST, failing, THIRD]);

    await expect(run).rejects.toThrow('2_failing failed: division by zero');
    expect(await tablesOf(database)).toEqual(['first']);
    expect(await recordsOf(database)).toEqual(['1_first']);
  });

  it('applies a script that failed once it was mended', async () => {
    const database = await emptyDatabase();
    const failing = script('1_mended', 'CREATE TABLE mended (id int); SELECT 1 / 0');
    await expect(applyMigrations(database.ownerUrl, [failing])).rejects.toThrow('1_mended failed');

    const applied = await applyMigrations(database.ownerUrl, [script('1_mended', 'CREATE TABLE mended ()')]);

    expect(applied).toEqual(['1_mended']);
    expect(await tablesOf(database)).toEqual(['mended']);
  });

  it('refuses by name a migration that another tool began and never finished', async () => {
    const database = await emptyDatabase();
    await applyMigrations(database.ownerUrl, [FIRST]);
    await database.inspect('UPDATE _prisma_migrations SET finished_at = NULL');

    const run = applyMigrations(database.ownerUrl, [FIRST, SECOND]);

    await expect(run).rejects.toThrow('1_first was begun by another tool and never finished');
  });
});

describe('Prisma’s own engine', () => {
  const upToDate = {
    editedMigrationNames: [],
    failedMigrationNames: [],
    hasMigrationsTable: true,
    history: null,
  };

  it('finds nothing outstanding in a database that was migrated here', async () => {
    const database = await emptyDatabase();
    await applyMigrations(database.ownerUrl);
    const engine = await startSchemaEngine(database.ownerUrl);

    const diagnosis = await engine.diagnose();
    const deployed = await engine.deploy();

    expect(diagnosis).toEqual(upToDate);
    expect(deployed).toEqual([]);
    await engine.stop();
  });

  it('finds everything outstanding in an empty database, and a changed checksum', async () => {
    const database = await emptyDatabase();
    const engine = await startSchemaEngine(database.ownerUrl);

    const before = await engine.diagnose();
    await applyMigrations(database.ownerUrl);
    await database.inspect(`UPDATE _prisma_migrations SET checksum = 'changed'`);
    const after = await engine.diagnose();

    const names = (await readMigrationFiles()).map(({ name }) => name);
    expect(before.history).toEqual({ diagnostic: 'databaseIsBehind', unappliedMigrationNames: names });
    expect(after.editedMigrationNames).toEqual(names);
    await engine.stop();
  });

  it('leaves a database that it migrated as one where nothing is outstanding here', async () => {
    const database = await emptyDatabase();
    const engine = await startSchemaEngine(database.ownerUrl);
    const deployed = await engine.deploy();

    const applied = await applyMigrations(database.ownerUrl);

    expect(deployed).toEqual((await readMigrationFiles()).map(({ name }) => name));
    expect(applied).toEqual([]);
    await engine.stop();
  });
});

describe('the migrated schema', () => {
  it('is what schema.prisma describes', async () => {
    const migrated = await emptyDatabase();
    const described = await emptyDatabase();
    await applyMigrations(migrated.ownerUrl);

    await makeFromSchema(described);

    const tables = await describeTables(migrated.adminUrl);
    expect(tables).toEqual(await describeTables(described.adminUrl));
    expect(tables.length).toBeGreaterThan(10);
  });

  it.each([
    'ALTER TABLE customers ADD COLUMN more int',
    'ALTER TABLE customers DROP COLUMN notes',
    'ALTER TABLE customers ALTER COLUMN phone TYPE varchar(17)',
    'ALTER TABLE customers ALTER COLUMN email TYPE text',
    'ALTER TABLE customers ALTER COLUMN phone SET NOT NULL',
    'ALTER TABLE customers ALTER COLUMN version SET DEFAULT 2',
    'ALTER TABLE customers ALTER COLUMN updated_at TYPE timestamptz(6)',
    'ALTER TABLE customers ALTER COLUMN updated_at TYPE timestamp(3)',
    'ALTER TABLE customers ADD UNIQUE (phone)',
    'ALTER TABLE customers DROP CONSTRAINT customers_pkey',
    'DROP INDEX customers_tenant_id_email_key',
    'CREATE INDEX extra ON customers (email)',
    `ALTER TYPE customer_status ADD VALUE 'lost' BEFORE 'closed'`,
    `ALTER TYPE customer_status RENAME VALUE 'lead' TO 'prospect'`,
    'CREATE TABLE extra (id int)',
  ])('is told from another one: %s', async (alteration) => {
    const database = await emptyDatabase();
    await makeFromSchema(database);
    const before = await describeTables(database.adminUrl);

    await runSql(database.ownerUrl, alteration);

    expect(await describeTables(database.adminUrl)).not.toEqual(before);
  });
});

async function makeFromSchema(database: ScratchDatabase): Promise<void> {
  const engine = await startSchemaEngine(database.ownerUrl);
  await runSql(database.ownerUrl, await engine.scriptOfSchema());
  await engine.stop();
}
