import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';

const run = promisify(execFile);

/** Everything that decides what the build looks like. */
const SOURCES = [
  'src/**/*.ts',
  'prisma/schema.prisma',
  'prisma.config.ts',
  'package-lock.json',
  'tsconfig*.json',
  'nest-cli.json',
];
/** What other commands generate whenever they like, and what is not built at all. */
const OTHERS = ['src/database/generated/**', 'src/**/*.spec.ts'];
const OUTPUT = path.join(PROJECT_FOLDER, 'dist');
const STAMP = path.join(OUTPUT, '.built');
/** The compiler's own memory: it differs as soon as anybody else has compiled into the folder. */
const COMPILER_STATE = path.join(OUTPUT, '.tsbuildinfo');

const STEPS = [
  ['node_modules/prisma/build/index.js', 'generate'],
  ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
] as const;

/** Builds the application if what lies in dist was made from other sources, or is missing. */
export async function ensureBuilt(onNotice: (line: string) => void, signal: AbortSignal): Promise<void> {
  const built = await readFile(STAMP, 'utf8').catch(() => undefined);
  if (built === (await fingerprint()) && existsSync(path.join(OUTPUT, 'main.js'))) {
    return;
  }
  onNotice('Building the application…');
  // From nothing: an incremental build keeps what was made from sources that are gone.
  await rm(OUTPUT, { recursive: true, force: true });
  for (const step of STEPS) {
    await run(process.execPath, [...step], { cwd: PROJECT_FOLDER, signal }).catch(
      (error: Error & { stdout?: string; stderr?: string }) => {
        const output = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim();
        throw new StartFailure(`The application could not be built:\n${output}`, { cause: error });
      },
    );
  }
  await writeFile(STAMP, await fingerprint());
}

/** Of contents and not of dates: a fresh clone or an unpacked archive has dates of its own. */
async function fingerprint(): Promise<string> {
  const sources = await Array.fromAsync(glob(SOURCES, { cwd: PROJECT_FOLDER, exclude: OTHERS }));
  const hash = createHash('sha256').update(await readFile(COMPILER_STATE).catch(() => ''));
  for (const source of sources.toSorted()) {
    hash.update(`\0${source}\0`).update(await readFile(path.join(PROJECT_FOLDER, source)));
  }
  return hash.digest('hex');
}
