import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commandOf, isAlive } from './processes.ts';
import { StartFailure } from './start-failure.ts';

const FILE = 'run.json';

/** What a running `npm start` tells the other commands. It stays behind only after a kill -9. */
export interface RunRecord {
  readonly pid: number;
  readonly issuer: string;
}

export async function readRunRecord(dataFolder: string): Promise<RunRecord | undefined> {
  try {
    return JSON.parse(await readFile(path.join(dataFolder, FILE), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

/**
 * Takes the data folder for this process.
 * @returns whether an earlier start left it behind without cleaning up.
 */
export async function takeDataFolder(dataFolder: string, issuer: string): Promise<boolean> {
  const earlier = await readRunRecord(dataFolder);
  if (earlier && isAlive(earlier.pid) && (await commandOf(earlier.pid)).includes('dev/start.ts')) {
    throw new StartFailure(`It is running already (process ${earlier.pid}): stop that one first.`);
  }
  const record: RunRecord = { pid: process.pid, issuer };
  await writeFile(path.join(dataFolder, FILE), JSON.stringify(record));
  return earlier !== undefined;
}

export async function releaseDataFolder(dataFolder: string): Promise<void> {
  await rm(path.join(dataFolder, FILE), { force: true });
}
