import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Part } from './start/parts.ts';
import { connectionUrl, startPostgres, type PostgresOptions, type PostgresServer } from './postgres.ts';
import { readRunRecord } from './run-record.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { readSettings, type DevSettings } from './settings.ts';

export const DATABASE = 'secure_api';
export const OWNER_ROLE = 'secure_api_owner';
export const APPLICATION_ROLE = 'secure_api_application';
export const KEY_ROTATION_ROLE = 'secure_api_key_rotation';

export function postgresOptions(
  settings: DevSettings,
  secrets: Secrets,
  onNotice: (line: string) => void,
): PostgresOptions {
  return {
    folder: path.join(settings.dataFolder, 'postgres'),
    port: settings.postgresPort,
    adminPassword: secrets.postgresAdminPassword,
    onNotice,
  };
}

/** The embedded server as one part of the start, with a log of its own. */
export async function startDatabase(
  settings: DevSettings,
  secrets: Secrets,
  onNotice: (line: string) => void,
): Promise<PostgresServer & Part> {
  const log = createWriteStream(path.join(settings.dataFolder, 'postgres.log'), { mode: 0o600 });
  const server = await startPostgres({
    ...postgresOptions(settings, secrets, onNotice),
    onLog: (line) => log.write(`${line}\n`),
  });
  // Never killed outright: leaving this process asks it for a fast shutdown.
  return { ...server, name: 'PostgreSQL', kill: () => undefined };
}

/** What a command needs to work on the data of a running `npm start`; undefined if none runs. */
export async function runningDatabase(): Promise<Record<string, string> | undefined> {
  const { dataFolder } = readSettings();
  const [running, secrets] = await Promise.all([readRunRecord(dataFolder), readSecrets(dataFolder)]);
  const password = secrets?.databaseApplicationPassword;
  if (!running || password === undefined) {
    return undefined;
  }
  const to = { port: running.postgresPort, database: DATABASE, user: APPLICATION_ROLE, password };
  return {
    NODE_ENV: 'development',
    DATABASE_URL: connectionUrl(to),
    FIELD_ENCRYPTION_KEYS: secrets?.fieldEncryptionKeys ?? '',
    FIELD_INDEX_KEYS: secrets?.fieldIndexKeys ?? '',
  };
}
