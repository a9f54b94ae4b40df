import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestDatabase } from './database.js';
import type { CommandOutput } from './encryption.js';

const run = promisify(execFile);

/** A command of the build, as an operator runs it, with these variables and no other ones; from the project's folder, or another one. */
export async function runBuilt(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  folder = '.',
): Promise<CommandOutput> {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', ...environment };
  try {
    return {
      ...(await run(process.execPath, [path.resolve(script), ...args], { env, cwd: folder })),
      code: 0,
    };
  } catch (error) {
    return error as CommandOutput;
  }
}

/** `npm run incident -- …`. */
export function incident(database: TestDatabase, ...args: string[]): Promise<CommandOutput> {
  const env = { DATABASE_INCIDENT_RESPONSE_URL: database.url('incident_response') };
  return runBuilt('dist/monitoring/commands/incident.js', args, env);
}

/** The same, which must succeed: what it says with `--json`. */
export async function incidentDone<Answer>(database: TestDatabase, ...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await incident(database, ...args, '--json');
  if (code !== 0) {
    throw new Error(`the command failed: ${stderr}`);
  }
  return JSON.parse(stdout) as Answer;
}
