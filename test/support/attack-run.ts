import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../../attack/report/report.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export interface AttackRun {
  readonly exitStatus: number;
  readonly output: string;
  /** What `--json` wrote; absent when it could not run. */
  readonly report: Report | undefined;
  readonly html: string;
}

/** Runs `npm run attack` to its end, with both reports. */
export async function runAttack(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<AttackRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-reports-'));
  const [json, html] = [path.join(folder, 'report.json'), path.join(folder, 'report.html')];
  const child = spawn(process.execPath, ['attack/attack.ts', ...words, '--json', json, '--html', html], {
    cwd: PROJECT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const [exitStatus] = (await once(child, 'close')) as [number];
  const report = await readFile(json, 'utf8').catch(() => undefined);
  const page = await readFile(html, 'utf8').catch(() => '');
  await rm(folder, { recursive: true });
  return {
    exitStatus,
    output,
    report: report === undefined ? undefined : (JSON.parse(report) as Report),
    html: page,
  };
}
