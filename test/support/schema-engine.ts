import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type {
  DiagnoseMigrationHistoryOutput,
  MigrationList,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { readMigrationFiles } from '../../src/database/migrations/migration-files.js';

const SCHEMA_FILE = 'prisma/schema.prisma';
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Prisma Migrate's own engine, as its CLI uses it, without a binary that would have to be downloaded. */
export interface SchemaEngine {
  /** The SQL that makes what `schema.prisma` describes in an empty database. */
  scriptOfSchema(): Promise<string>;
  /** What `prisma migrate status` knows about the history of the database. */
  diagnose(): Promise<DiagnoseMigrationHistoryOutput>;
  /** What `prisma migrate deploy` does: the names of the migrations that it applied. */
  deploy(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startSchemaEngine(databaseUrl: string): Promise<SchemaEngine> {
  await loadEngine();
  const schema = await readFile(SCHEMA_FILE, 'utf8');
  const files = [{ path: SCHEMA_FILE, content: schema }];
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [[SCHEMA_FILE, schema]] },
    () => undefined,
    await migrationAware(new WholeScriptAdapter(pool)),
  );
  return {
    async scriptOfSchema() {
      const { stdout } = await engine.diff({
        from: { tag: 'empty' },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: null,
        filters: NO_FILTERS,
      });
      return stdout ?? '';
    },
    async diagnose() {
      const migrationsList = await listMigrations();
      return engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters: NO_FILTERS,
      });
    },
    async deploy() {
      const migrationsList = await listMigrations();
      return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).appliedMigrationNames;
    },
    async stop() {
      engine.free();
      await pool.end();
    },
  };
}

const require = createRequire(import.meta.url);

/** Of the compiler's libraries only the one for browsers describes it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(bytes: Buffer, imports: object): Promise<{ instance: { exports: object } }>;
  };
};

let loading: Promise<void> | undefined;

/** Bundlers load WebAssembly by themselves; Node has to be told. Once is enough. */
function loadEngine(): Promise<void> {
  loading ??= (async () => {
    const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(glue.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineModule });
    // oxlint-disable-next-line no-underscore-dangle -- wasm-bindgen chose the name
    engineModule.__wbg_set_wasm(instance.exports);
    const { __wbindgen_start: start } = instance.exports as { __wbindgen_start?: () => void };
    start?.();
  })();
  return loading;
}

/**
 * Sends scripts whole, as the CLI's engine does. The adapter cuts them at every semicolon, also
 * inside a comment or a function.
 */
class WholeScriptAdapter extends PrismaPg {
  constructor(private readonly pool: pg.Pool) {
    super(pool);
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const connection = await super.connect();
    connection.executeScript = async (script) => void (await this.pool.query(script));
    return connection;
  }
}

/** Out of the package that Prisma's adapters are built on, in the version that the adapter has. */
async function migrationAware(factory: PrismaPg): Promise<object> {
  const requireBesideAdapter = createRequire(require.resolve('@prisma/adapter-pg'));
  const utils = (await import(requireBesideAdapter.resolve('@prisma/driver-adapter-utils'))) as {
    bindMigrationAwareSqlAdapterFactory(adapter: PrismaPg): object;
  };
  return utils.bindMigrationAwareSqlAdapterFactory(factory);
}

async function listMigrations(): Promise<MigrationList> {
  const migrations = await readMigrationFiles();
  return {
    baseDir: 'prisma/migrations',
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile('prisma/migrations/migration_lock.toml', 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}
