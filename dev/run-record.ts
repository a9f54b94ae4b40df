import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandOf, isAlive } from './processes.ts';
import { type DevSettings, issuerUrl } from './settings.ts';
import { StartFailure } from './start-failure.ts';

const FILE = 'run.json';

/** What a running `npm start` tells the other commands. It stays behind only after a kill -9. */
export interface RunRecord {
  readonly pid: number;
  readonly issuer: string;
  readonly postgresPort: number;
}

export interface DataFolder {
  /** An earlier start ended without cleaning up; what it started may still be about. */
  readonly isLeftBehind: boolean;
  readonly release: () => Promise<void>;
}

export async function readRunRecord(dataFolder: string): Promise<RunRecord | undefined> {
  try {
    return JSON.parse(await readFile(path.join(dataFolder, FILE), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

/** Makes the data folder if need be and takes it for this process alone. */
export async function takeDataFolder(settings: DevSettings): Promise<DataFolder> {
  const { dataFolder, identityProviderPort, postgresPort } = settings;
  const earlier = await readRunRecord(dataFolder);
  if (earlier && isAlive(earlier.pid) && (await commandOf(earlier.pid)).includes('dev/start.ts')) {
    throw new StartFailure(`It is running already, as process ${earlier.pid}: stop that one first.`);
  }
  const file = path.join(dataFolder, FILE);
  const record: RunRecord = { pid: process.pid, issuer: issuerUrl(identityProviderPort), postgresPort };
  try {
    await mkdir(dataFolder, { recursive: true });
    await writeFile(file, JSON.stringify(record));
  } catch (error) {
    throw new StartFailure(`The folder ${dataFolder} cannot be written to: check who owns it.`, {
      cause: error,
    });
  }
  return { isLeftBehind: earlier !== undefined, release: () => rm(file, { force: true }) };
}
