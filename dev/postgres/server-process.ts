import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { StartFailure } from '../start-failure.ts';
import { program } from './binaries.ts';
import { damaged, serverEnvironment } from './cluster.ts';
import type { Placement } from './placement.ts';

const READY = 'database system is ready to accept connections';
const KEPT_LINES = 20;
const STOP_WITHIN_SECONDS = 30;

export interface ServerProcess {
  /** Settles when the server has ended, for whatever reason, with its last log lines. */
  readonly ended: Promise<string[]>;
  readonly stop: () => Promise<void>;
}

/** Starts the server in a process group of its own and waits until it takes connections. */
export async function startServerProcess(
  { binaries, dataFolder, account }: Placement,
  { port, flags, onLog }: { port: number; flags: readonly string[]; onLog: (line: string) => void },
): Promise<ServerProcess> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'logging_collector=off'];
  const child = spawn(
    program(binaries, 'postgres'),
    ['-D', dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting]), ...flags],
    // Detached, so that a Ctrl-C in the terminal does not end it before the API has drained.
    {
      ...account,
      cwd: dataFolder,
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    lines.splice(0, lines.length - KEPT_LINES);
    onLog(line);
    if (line.includes(READY)) {
      ready.resolve();
    }
  });
  const ended = once(child, 'close').then(
    () => lines,
    () => lines,
  );
  await Promise.race([
    ready.promise,
    ended.then(() => {
      throw explain(lines, port, dataFolder);
    }),
  ]);
  return { ended, stop: stopOnce(child, ended) };
}

function stopOnce(child: ChildProcess, ended: Promise<unknown>): () => Promise<void> {
  // The last resort when the starter leaves without stopping: a fast shutdown, nobody waits.
  const abandon = () => child.kill('SIGINT');
  process.once('exit', abandon);
  const forget = () => process.off('exit', abandon);
  void ended.then(forget);
  return async () => {
    // Fast shutdown; if even that hangs, an immediate one, from which the next start recovers.
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_WITHIN_SECONDS * 1000);
    await ended;
    clearTimeout(timer);
  };
}

/** Turns what the server said before it gave up into one sentence. */
function explain(lines: readonly string[], port: number, dataFolder: string): StartFailure {
  const text = lines.join('\n');
  if (/could not bind|could not create any TCP\/IP sockets/.test(text)) {
    return new StartFailure(
      `Port ${port} is taken, and PostgreSQL needs it: stop what uses it, or choose another with DEV_POSTGRES_PORT.`,
      { cause: text },
    );
  }
  if (/Permission denied|has invalid permissions|has wrong ownership/.test(text)) {
    return new StartFailure(`PostgreSQL may not use its data folder ${dataFolder}: check who owns it.`, {
      cause: text,
    });
  }
  return damaged(dataFolder, text);
}
