import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { APPLICATION_ROLE, DATABASE, KEY_ROTATION_ROLE, OWNER_ROLE } from '../database.ts';
import { environmentWith } from './environment.ts';
import type { PostgresServer } from '../postgres.ts';
import type { Secrets } from '../secrets.ts';
import { PROJECT_FOLDER } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';

const run = promisify(execFile);
/** Not the mark of earlier versions, whose data is sealed now and then marked anew. */
const FILLED = 'Holds demo data, sealed.';

/**
 * Does what an operator does, roles, migrations and keys, and what only a demo needs: some customers.
 * @returns the URL that the API gets
 */
export async function prepareDatabase(server: PostgresServer, secrets: Secrets): Promise<string> {
  await server.createDatabase(DATABASE);
  await runCommand('dist/database/commands/bootstrap-roles.js', [], {
    DATABASE_ADMIN_URL: server.url(DATABASE),
    DATABASE_OWNER_PASSWORD: secrets.databaseOwnerPassword,
    DATABASE_APPLICATION_PASSWORD: secrets.databaseApplicationPassword,
    DATABASE_REPORTING_PASSWORD: secrets.databaseReportingPassword,
    DATABASE_KEY_ROTATION_PASSWORD: secrets.databaseKeyRotationPassword,
    DATABASE_NOTICES_PASSWORD: secrets.databaseNoticesPassword,
    DATABASE_AUDITOR_PASSWORD: secrets.databaseAuditorPassword,
    DATABASE_INCIDENT_RESPONSE_PASSWORD: secrets.databaseIncidentResponsePassword,
  });
  await runCommand('dist/database/commands/migrate.js', [], {
    DATABASE_OWNER_URL: server.url(DATABASE, OWNER_ROLE, secrets.databaseOwnerPassword),
  });
  const databaseUrl = server.url(DATABASE, APPLICATION_ROLE, secrets.databaseApplicationPassword);
  await fillOnce(server, databaseUrl, secrets);
  return databaseUrl;
}

/**
 * Once in the life of a database, so that nobody's changes are undone by the next start. The
 * mark is in the database itself: it goes with the data, and an interrupted start leaves none.
 */
async function fillOnce(server: PostgresServer, databaseUrl: string, secrets: Secrets): Promise<void> {
  const admin = new pg.Client({ connectionString: server.url(DATABASE) });
  await admin.connect();
  try {
    const found = await admin.query<{ comment: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()`,
    );
    if (found.rows[0]?.comment === FILLED) {
      return;
    }
    const keys = {
      FIELD_ENCRYPTION_KEYS: secrets.fieldEncryptionKeys,
      FIELD_INDEX_KEYS: secrets.fieldIndexKeys,
    };
    // A folder of data from before some fields were encrypted holds them as plaintext.
    await runCommand('dist/database/commands/rotate-keys.js', ['fields', '--seal-plaintext'], {
      DATABASE_KEY_ROTATION_URL: server.url(DATABASE, KEY_ROTATION_ROLE, secrets.databaseKeyRotationPassword),
      ...keys,
    });
    await runCommand('prisma/seed.ts', [], { DATABASE_URL: databaseUrl, ...keys });
    await admin.query(`COMMENT ON DATABASE ${DATABASE} IS '${FILLED}'`);
  } finally {
    await admin.end();
  }
}

async function runCommand(
  script: string,
  args: readonly string[],
  variables: Record<string, string>,
): Promise<void> {
  try {
    await run(process.execPath, [script, ...args], {
      cwd: PROJECT_FOLDER,
      env: environmentWith({ NODE_ENV: 'development', ...variables }),
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new StartFailure(`The database could not be prepared (${script}): ${stderr.trim()}`, {
      cause: error,
    });
  }
}
