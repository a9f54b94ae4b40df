import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';
import { freePort } from './free-port.js';

/** One instance of the built application, in a process of its own. */
export interface InstanceProcess {
  readonly url: string;
  /** What it logged so far. */
  readonly output: () => string;
  /** Kills it, as a machine that loses its power. */
  stop(): Promise<void>;
  /** Asks it to end, as an orchestrator does. @returns its exit code */
  end(): Promise<number | null>;
}

/** The same, as soon as it runs: it may be about to say why it does not start. */
export interface LaunchedProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Null when a signal has ended it. */
  readonly exitCode: Promise<number | null>;
  /** What it logged so far. */
  readonly output: () => string;
}

/** Runs the built application (`npm run build`). */
export async function launchProcess(environment: Environment, chosenPort?: number): Promise<LaunchedProcess> {
  const port = chosenPort ?? (await freePort());
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env['PATH'], ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: unknown): void => void (output += String(chunk));
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return { child, url: `http://127.0.0.1:${port}`, exitCode, output: () => output };
}

/** What it answers first of all when it is asked whether it lives. */
export function firstAnswerOf({ url }: Pick<LaunchedProcess, 'url'>): Promise<Response> {
  return vi.waitFor(() => fetch(`${url}/health/live`), { timeout: 20_000, interval: 50 });
}

/** Runs it, and waits until it answers. */
export async function startProcess(environment: Environment, chosenPort?: number): Promise<InstanceProcess> {
  const launched = await launchProcess(environment, chosenPort);
  const { child, url, exitCode, output } = launched;
  await firstAnswerOf(launched);
  return {
    url,
    output,
    async stop() {
      child.kill('SIGKILL');
      await exitCode;
    },
    async end() {
      child.kill('SIGTERM');
      return exitCode;
    },
  };
}
