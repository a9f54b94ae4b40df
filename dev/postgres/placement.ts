import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, chown, cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartFailure } from '../start-failure.ts';
import type { ServerAccount } from './account.ts';
import { program, unusableOn, type PostgresBinaries } from './binaries.ts';
import { stopLeftoverServer } from './leftover-server.ts';

const run = promisify(execFile);

/** Where root puts what the server's user could not reach inside root's own folders. */
const OUTSIDE = '/var/lib/secure-api-reference';
/** Stands in the place of the data folder and says where the data is. */
const SIGNPOST = 'MOVED.txt';
/** Stands beside data that lives outside and names the folder that it belongs to. */
const ORIGIN = 'origin.txt';

export interface Placement {
  readonly binaries: PostgresBinaries;
  /** The folder that becomes, or is, the cluster's data. */
  readonly dataFolder: string;
  readonly account: ServerAccount | undefined;
}

/**
 * Decides where binaries and data lie. Normally where they were asked for. But a clone under
 * /root (mode 700) is closed to the unprivileged user that the server runs as under root:
 * then both move outside, and a signpost in the requested folder says so. Whoever deletes
 * that folder has deleted the data: the next start throws the part outside away.
 */
export async function placeServer(wanted: Placement, onNotice: (line: string) => void): Promise<Placement> {
  const { account, binaries, dataFolder } = wanted;
  if (!account) {
    await assertRunnable(binaries);
    await makeFolder(path.dirname(dataFolder));
    return wanted;
  }
  await sweepOutside(wanted);
  await makeFolder(path.dirname(dataFolder));
  const reachable =
    !(await exists(path.join(dataFolder, SIGNPOST))) &&
    (await isReachable(binaries.folder, account)) &&
    (await isReachable(path.dirname(dataFolder), account));
  if (reachable) {
    await assertRunnable(binaries, account);
    return wanted;
  }
  const moved = await placeOutside({ binaries, dataFolder, account });
  onNotice(
    `The system user that runs PostgreSQL cannot enter this folder: its programs and data are in ${OUTSIDE}.`,
  );
  return moved;
}

async function placeOutside(wanted: Placement & { account: ServerAccount }): Promise<Placement> {
  const { account, binaries, dataFolder } = wanted;
  await makeOwnFolder(OUTSIDE);
  const copy: PostgresBinaries = { ...binaries, folder: path.join(OUTSIDE, `postgres-${binaries.version}`) };
  if (!(await exists(copy.folder))) {
    // Under another name first, so that an interrupted copy is never taken for a whole one.
    const unfinished = path.join(OUTSIDE, `unfinished-${randomUUID()}`);
    await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy.folder).catch(() => rm(unfinished, { recursive: true }));
  }
  await assertRunnable(copy, account);

  const outside = path.join(
    OUTSIDE,
    `data-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`,
  );
  await makeFolder(dataFolder);
  const text = `The data is in ${outside}.\nDelete this folder to start afresh; the next start removes that one too.\n`;
  await writeFile(path.join(dataFolder, SIGNPOST), text);
  await makeOwnFolder(outside);
  await writeFile(path.join(outside, ORIGIN), dataFolder);
  return { binaries: copy, dataFolder: path.join(outside, 'postgres'), account };
}

/** Removes data outside whose signpost is gone: its owner deleted the folder it belonged to. */
async function sweepOutside({ binaries, account }: Placement): Promise<void> {
  const names = await readdir(OUTSIDE).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith('data-'))) {
    const outside = path.join(OUTSIDE, name);
    const origin = await readFile(path.join(outside, ORIGIN), 'utf8').catch(() => undefined);
    if (origin !== undefined && !(await exists(path.join(origin, SIGNPOST)))) {
      const dataFolder = path.join(outside, 'postgres');
      await stopLeftoverServer({ binaries, dataFolder, account });
      await rm(outside, { recursive: true, force: true });
    }
  }
}

/** Asks the kernel rather than the mode bits: access lists and mounts have a say as well. */
async function isReachable(folder: string, account: ServerAccount): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function assertRunnable(binaries: PostgresBinaries, account?: ServerAccount): Promise<void> {
  try {
    await run(program(binaries, 'postgres'), ['--version'], { ...account, cwd: binaries.folder });
  } catch (error) {
    throw unusableOn(`${process.platform}-${process.arch}`, error);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder);
  } catch (error) {
    throw new StartFailure(`The folder ${folder} cannot be made or entered: check who owns it.`, {
      cause: error,
    });
  }
}

/** A folder of root's that others may pass through and nobody else may have prepared. */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o711 }).catch(() => undefined);
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory() || found.uid !== 0) {
    throw new StartFailure(
      `The folder ${folder} is not root's own: remove it, or start as an unprivileged user.`,
    );
  }
}

/** Hands a folder to the server's user, when it has one. */
export async function giveTo(account: ServerAccount | undefined, ...paths: string[]): Promise<void> {
  if (account) {
    await Promise.all(paths.map((entry) => chown(entry, account.uid, account.gid)));
  }
}

async function exists(entry: string): Promise<boolean> {
  return access(entry).then(
    () => true,
    () => false,
  );
}
