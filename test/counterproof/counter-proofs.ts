import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkpointsMeant,
  counterProofTable,
  filesMeant,
  parseReport,
  tableText,
  titlePattern,
  type VitestReport,
} from './counter-proof-table.ts';

/*
 * npm run test:counterproof -- [--only P1.4] [--report FILE] [--json FILE]
 * Takes one defence out after the other, and says which attacks then landed; with a report of Vitest, which
 * had landed when it was written, and runs nothing.
 * Exit status: 0 one for each checkpoint did, 1 not so, 2 it could not run.
 */
const USAGE = 'npm run test:counterproof -- [--only P1.4] [--report FILE] [--json FILE]\n';
const PROJECT_FOLDER = path.resolve(import.meta.dirname, '../..');
/** Enough to stop the servers of the tests. */
const SECONDS_TO_END = 30;
const PROJECTS = ['practices', 'repository', 'dev'];

try {
  const { only, report, json } = readOptions();
  const checkpoints = checkpointsMeant(only);
  if (checkpoints.length === 0) {
    throw new Error(`No checkpoint is called ${only}.\n${USAGE}`);
  }
  const outcomes =
    report === undefined ? await runCounterProofs(only, checkpoints) : await readReport(report);
  const table = counterProofTable(outcomes, PROJECT_FOLDER, checkpoints);
  process.stdout.write(tableText(table));
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(table, undefined, 2)}\n`);
  }
  process.exitCode = table.unproven.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}

function readOptions() {
  const file = { type: 'string' } as const;
  return parseArgs({ options: { only: { type: 'string' }, report: file, json: file } }).values;
}

async function readReport(file: string): Promise<VitestReport> {
  try {
    return parseReport(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no report of Vitest: ${(error as Error).message}`, { cause: error });
  }
}

/** What Vitest itself says goes to standard error: the table is all that stands on standard output. */
async function runCounterProofs(
  only: string | undefined,
  checkpoints: readonly string[],
): Promise<VitestReport> {
  await build();
  const folder = await mkdtemp(path.join(tmpdir(), 'counter-proofs-'));
  const file = path.join(folder, 'report.json');
  try {
    await vitest(file, [
      ...filesMeant(await testFiles(), checkpoints),
      ...PROJECTS.flatMap((project) => ['--project', project]),
      '--testNamePattern',
      titlePattern(only),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    return await readReport(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function testFiles(): Promise<{ path: string; text: string }[]> {
  const paths = await Array.fromAsync(glob('test/**/*spec.ts', { cwd: PROJECT_FOLDER }));
  return Promise.all(
    paths.toSorted().map(async (file) => ({
      path: file,
      text: await readFile(path.join(PROJECT_FOLDER, file), 'utf8'),
    })),
  );
}

/** Some tests start the built application. */
async function build(): Promise<void> {
  const child = spawn('npm', ['run', 'build'], { cwd: PROJECT_FOLDER, stdio: ['ignore', 2, 2] });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) {
    throw new Error('The application could not be built.');
  }
}

/**
 * Ends with a status of its own when a test fails; the report says which, so the status is not looked at.
 * Once the report is there everything has been run: what then still keeps Vitest from ending is cut short.
 */
async function vitest(report: string, options: readonly string[]): Promise<void> {
  const command = path.join(PROJECT_FOLDER, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [command, 'run', ...options], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 2, 2],
  });
  const watch = setInterval(() => {
    if (existsSync(report)) {
      clearInterval(watch);
      setTimeout(() => child.kill(), SECONDS_TO_END * 1000).unref();
    }
  }, 1000);
  try {
    await once(child, 'close');
  } finally {
    clearInterval(watch);
  }
}
