import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { TestApp } from './test-app.js';

const run = promisify(execFile);

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A key of a ring: `id:secret`. */
export function aKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/** SQL: sealed notes with another character in one place, whatever chance has put there. */
export const ONE_CHARACTER_CHANGED =
  "overlay(notes placing CASE substr(notes, 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END from 20)";

/** Every row of every table as text, as somebody sees it who stole a dump. */
export async function dumpOf({ database }: TestApp): Promise<string> {
  const tables = await database.inspect<{ name: string }>(
    `SELECT format('%I', relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => database.inspect<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

/** `npm run keys:rotate -- …` as an operator runs it, out of the build. */
export async function rotateKeys(
  { database }: TestApp,
  keys: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<CommandOutput> {
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    DATABASE_KEY_ROTATION_URL: database.url('key_rotation'),
    ...keys,
  };
  return runBuilt('dist/database/commands/rotate-keys.js', args, env);
}

/** `npm run api-keys:peppers`. */
export async function countPeppers({ database }: TestApp, peppers: string): Promise<CommandOutput> {
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    DATABASE_KEY_ROTATION_URL: database.url('key_rotation'),
    API_KEY_PEPPERS: peppers,
  };
  return runBuilt('dist/api-keys/commands/count-peppers.js', [], env);
}

function runBuilt(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandOutput> {
  return run(process.execPath, [script, ...args], { env }).then(
    (output) => ({ ...output, code: 0 }),
    (error: CommandOutput) => error,
  );
}
