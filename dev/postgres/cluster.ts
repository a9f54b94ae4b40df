import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartFailure } from '../start-failure.ts';
import { program } from './binaries.ts';
import { giveTo, type Placement } from './placement.ts';

const run = promisify(execFile);

export const ADMIN = 'postgres';

/** Makes the cluster if there is none. What is there must be a whole one of the right version. */
export async function ensureCluster(placement: Placement, adminPassword: string): Promise<void> {
  const { dataFolder, binaries } = placement;
  const entries = await readdir(dataFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return [];
    }
    throw new StartFailure(`The data folder ${dataFolder} cannot be read: check who owns it.`, {
      cause: error,
    });
  });
  if (entries.length === 0) {
    await initialise(placement, adminPassword);
    return;
  }
  const version = (await readFile(path.join(dataFolder, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '') {
    throw damaged(dataFolder);
  }
  if (!binaries.version.startsWith(`${version}.`)) {
    throw new StartFailure(
      `The data folder ${dataFolder} was made by PostgreSQL ${version}, and this is ${binaries.version}: delete it to start afresh.`,
    );
  }
}

export function damaged(dataFolder: string, cause?: unknown): StartFailure {
  return new StartFailure(
    `The data folder ${dataFolder} is damaged: delete it to start afresh with the demo data.`,
    { cause },
  );
}

/** Under another name first, so that an interrupted initdb never leaves half a cluster behind. */
async function initialise(placement: Placement, adminPassword: string): Promise<void> {
  const { dataFolder, binaries, account } = placement;
  const unfinished = `${dataFolder}.unfinished`;
  const cluster = path.join(unfinished, 'cluster');
  const passwordFile = path.join(unfinished, 'password');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  await giveTo(account, unfinished, passwordFile);
  try {
    await run(
      program(binaries, 'initdb'),
      [
        `--pgdata=${cluster}`,
        `--username=${ADMIN}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own C.UTF-8, not the system's: sorting is then the same on every machine.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--set=timezone=UTC',
      ],
      { ...account, cwd: unfinished, env: serverEnvironment() },
    );
    await rm(dataFolder, { recursive: true, force: true });
    await rename(cluster, dataFolder);
  } catch (error) {
    throw new StartFailure(`PostgreSQL could not make its data folder ${dataFolder}: ${lastLine(error)}`, {
      cause: error,
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Messages in English whatever the system speaks, because start-up reads them. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' };
}

function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || String(error);
  return text.trim().split('\n').at(-1) ?? '';
}
