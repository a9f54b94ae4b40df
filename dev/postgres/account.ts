import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartFailure } from '../start-failure.ts';

const run = promisify(execFile);
const NAME = 'postgres';

/** The system user that the server runs as; absent means the user who starts it. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, since a hole in it would then be a hole in the whole
 * machine. So root lends it an unprivileged system user, made here if there is none.
 */
export async function findServerAccount(
  onNotice: (line: string) => void,
): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const existing = await lookUp();
  if (existing) {
    return existing;
  }
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
  } catch (error) {
    throw new StartFailure(
      `PostgreSQL does not run as root, and creating the system user "${NAME}" for it failed: create that user, or start as an unprivileged user.`,
      { cause: error },
    );
  }
  onNotice(`You are root, and PostgreSQL refuses root: created the system user "${NAME}" to run it.`);
  return lookUp();
}

async function lookUp(): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
