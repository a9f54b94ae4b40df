import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { commandOf, isAlive } from '../processes.ts';
import { StartFailure } from '../start-failure.ts';
import { program } from './binaries.ts';
import type { Placement } from './placement.ts';

const run = promisify(execFile);
const STOP_WITHIN_SECONDS = 30;

/**
 * Stops a server that still runs on this folder because its starter was killed with -9, and
 * clears a stale pid file. Without the second, PostgreSQL would refuse to start whenever an
 * unrelated process of the same user happens to have got that pid since.
 */
export async function stopLeftoverServer(placement: Placement): Promise<void> {
  const { binaries, dataFolder, account } = placement;
  const pidFile = path.join(dataFolder, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    return;
  }
  const kind = isAlive(pid) ? await identify(pid, dataFolder) : 'other';
  if (kind === 'other') {
    await rm(pidFile, { force: true });
    return;
  }
  try {
    const orders = ['stop', '-D', dataFolder, '-m', 'fast', '-w', '-t', String(STOP_WITHIN_SECONDS)];
    await run(program(binaries, 'pg_ctl'), orders, { ...account, cwd: dataFolder });
  } catch (error) {
    throw new StartFailure(
      `A PostgreSQL from an earlier start (pid ${pid}) does not stop: end it and start again.`,
      {
        cause: error,
      },
    );
  }
}

/** Whether `pid` is a PostgreSQL on this very folder, which its process has as working directory. */
async function identify(pid: number, dataFolder: string): Promise<'server' | 'other'> {
  const folder = await realpath(dataFolder);
  if (process.platform === 'linux') {
    const [executable, workingFolder] = await Promise.all(
      ['exe', 'cwd'].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => '')),
    );
    // The kernel marks an executable that npm has replaced since, hence the pattern.
    return /\/postgres( \(deleted\))?$/.test(executable ?? '') && workingFolder === folder
      ? 'server'
      : 'other';
  }
  const command = await commandOf(pid);
  return command.includes('postgres') && (command.includes(folder) || command.includes(dataFolder))
    ? 'server'
    : 'other';
}
