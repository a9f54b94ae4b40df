import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';
import { freePort } from './free-port.js';

/** One instance of the built application, in a process of its own. */
export interface InstanceProcess {
  readonly url: string;
  /** What it logged so far. */
  output(): string;
  /** Kills it, as a machine that loses its power. */
  stop(): Promise<void>;
  /** Asks it to end, as an orchestrator does. @returns its exit code */
  end(): Promise<number | null>;
}

/** Starts the built application (`npm run build`) and waits until it answers. */
export async function startProcess(environment: Environment, chosenPort?: number): Promise<InstanceProcess> {
  const port = chosenPort ?? (await freePort());
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env['PATH'], ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: unknown): void => void (output += String(chunk));
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`${url}/health/live`), { timeout: 20_000, interval: 50 });
  return {
    url,
    output: () => output,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
    async end() {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number | null];
      return code;
    },
  };
}
