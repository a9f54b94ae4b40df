import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { APPLICATION_ROLE, DATABASE, OWNER_ROLE } from '../database.ts';
import { environmentWith } from './environment.ts';
import type { PostgresServer } from '../postgres.ts';
import type { Secrets } from '../secrets.ts';
import { PROJECT_FOLDER } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';

const run = promisify(execFile);
const SEEDED = 'Holds demo data.';

/**
 * Does what an operator does, roles and migrations, and what only a demo needs: some customers.
 * @returns the URL that the API gets
 */
export async function prepareDatabase(server: PostgresServer, secrets: Secrets): Promise<string> {
  await server.createDatabase(DATABASE);
  await runCommand('dist/database/commands/bootstrap-roles.js', {
    DATABASE_ADMIN_URL: server.url(DATABASE),
    DATABASE_OWNER_PASSWORD: secrets.databaseOwnerPassword,
    DATABASE_APPLICATION_PASSWORD: secrets.databaseApplicationPassword,
    DATABASE_REPORTING_PASSWORD: secrets.databaseReportingPassword,
  });
  await runCommand('dist/database/commands/migrate.js', {
    DATABASE_OWNER_URL: server.url(DATABASE, OWNER_ROLE, secrets.databaseOwnerPassword),
  });
  const databaseUrl = server.url(DATABASE, APPLICATION_ROLE, secrets.databaseApplicationPassword);
  await seedOnce(server.url(DATABASE), databaseUrl);
  return databaseUrl;
}

/**
 * Once in the life of a database, so that nobody's changes are undone by the next start. The
 * mark is in the database itself: it goes with the data, and an interrupted start leaves none.
 */
async function seedOnce(adminUrl: string, databaseUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const found = await admin.query<{ comment: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()`,
    );
    if (found.rows[0]?.comment !== SEEDED) {
      await runCommand('prisma/seed.ts', { DATABASE_URL: databaseUrl });
      await admin.query(`COMMENT ON DATABASE ${DATABASE} IS '${SEEDED}'`);
    }
  } finally {
    await admin.end();
  }
}

async function runCommand(script: string, variables: Record<string, string>): Promise<void> {
  try {
    await run(process.execPath, [script], { cwd: PROJECT_FOLDER, env: environmentWith(variables) });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new StartFailure(`The database could not be prepared (${script}): ${stderr.trim()}`, {
      cause: error,
    });
  }
}
