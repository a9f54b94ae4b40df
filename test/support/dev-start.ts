import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';

const PROJECT = path.resolve(import.meta.dirname, '../..');

/** A data folder and ports of its own, in which `npm start` runs without disturbing anybody. */
export class DevMachine {
  readonly environment: Record<string, string>;

  private constructor(
    readonly folder: string,
    readonly ports: readonly [api: number, provider: number, postgres: number, browserApp: number],
  ) {
    this.environment = {
      DEV_DATA_FOLDER: folder,
      PORT: String(ports[0]),
      DEV_IDENTITY_PROVIDER_PORT: String(ports[1]),
      DEV_POSTGRES_PORT: String(ports[2]),
      DEV_BROWSER_APP_PORT: String(ports[3]),
    };
  }

  static async make(): Promise<DevMachine> {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-dev-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    await chmod(folder, 0o755);
    return new DevMachine(folder, [await freePort(), await freePort(), await freePort(), await freePort()]);
  }

  /** Starts everything; resolves when the greeting was printed, or when it ended before that. */
  async start(): Promise<DevStart> {
    const child = spawn(process.execPath, ['dev/start.ts'], {
      cwd: PROJECT,
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const start = new DevStart(child);
    await start.settled;
    return start;
  }

  /** Runs one line of shell in the project, as somebody would paste it. */
  async shell(line: string): Promise<string> {
    const child = spawn('sh', ['-c', line], {
      cwd: PROJECT,
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    return output;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One run of `npm start`. */
export class DevStart {
  output = '';
  exitCode: number | null = null;
  readonly settled: Promise<void>;
  readonly ended: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    const { promise: greeted, resolve } = Promise.withResolvers<void>();
    const read = (chunk: unknown): void => {
      this.output += String(chunk);
      if (this.output.includes('Ctrl-C stops everything')) {
        resolve();
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    this.ended = once(child, 'close').then(([code]) => {
      this.exitCode = code as number | null;
    });
    this.settled = Promise.race([greeted, this.ended]);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}
