import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Part } from './parts.ts';
import { PROJECT_FOLDER } from '../settings.ts';

const EXIT_WITH_PARENT = pathToFileURL(path.join(import.meta.dirname, 'exit-with-parent.ts')).href;
const STOP_WITHIN_SECONDS = 30;
const SHOWN_LINES = 5;

export interface NodeChildOptions {
  readonly name: string;
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** A file that is begun anew, a listener, or this terminal. */
  readonly log: { readonly file: string } | { readonly onLine: (line: string) => void } | 'terminal';
  /** Sent over the channel, where neither `ps` nor a crash report shows it. */
  readonly message?: object;
}

/** Starts a Node process that ends with this one, yet hears nothing of a Ctrl-C in the terminal. */
export function startNodeChild(options: NodeChildOptions): Part {
  const { name, script, environment, log, message } = options;
  const output = openOutput(log);
  const child = spawn(
    process.execPath,
    ['--import', EXIT_WITH_PARENT, script, ...(options.arguments ?? [])],
    // Detached: the terminal sends SIGINT to a whole process group, and this is to be the
    // only process that takes it, since the order of stopping matters.
    {
      cwd: PROJECT_FOLDER,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output === 'pipe' ? 'inherit' : output, 'ipc'],
    },
  );
  if (typeof output === 'number') {
    closeSync(output);
  }
  if (message) {
    child.send(message);
  }
  if (child.stdout && typeof log === 'object' && 'onLine' in log) {
    createInterface({ input: child.stdout }).on('line', log.onLine);
  }
  const lastLines = () => (typeof log === 'object' && 'file' in log ? tail(log.file) : []);
  const ended = once(child, 'exit').then(lastLines, lastLines);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_SECONDS * 1000);
    await ended;
    clearTimeout(timer);
  };
  return { name, ended, stop, kill: () => child.kill('SIGKILL') };
}

function openOutput(log: NodeChildOptions['log']): 'inherit' | 'pipe' | number {
  if (log === 'terminal') {
    return 'inherit';
  }
  return 'file' in log ? openSync(log.file, 'w', 0o600) : 'pipe';
}

async function tail(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-SHOWN_LINES);
}
