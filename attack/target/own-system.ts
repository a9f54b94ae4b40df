import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureSecrets, type Secrets } from '../../dev/secrets.ts';
import { browserAppOrigin, issuerUrl, PROJECT_FOLDER, readSettings } from '../../dev/settings.ts';
import { StartFailure } from '../../dev/start-failure.ts';
import type { KnownSystem } from './known-system.ts';

const IS_UP = 'Ctrl-C stops everything';

/** The development system of this project, on ports and in a folder that nobody else has. */
export class OwnSystem implements KnownSystem {
  readonly target: URL;
  readonly secrets: Secrets;
  readonly issuer: string;
  readonly ownOrigin: string;
  readonly allowedOrigin: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, environment: NodeJS.ProcessEnv, secrets: Secrets) {
    const settings = readSettings(environment);
    this.#child = child;
    this.#folder = settings.dataFolder;
    this.secrets = secrets;
    this.target = new URL(`http://127.0.0.1:${settings.apiPort}`);
    this.issuer = issuerUrl(settings.identityProviderPort);
    this.ownOrigin = `http://localhost:${settings.apiPort}`;
    this.allowedOrigin = browserAppOrigin(settings);
  }

  static async start(): Promise<OwnSystem> {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-attack-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    await chmod(folder, 0o755);
    const [api, provider, postgres, browserApp] = await freePorts(4);
    const environment = {
      ...process.env,
      DEV_DATA_FOLDER: folder,
      PORT: api,
      DEV_IDENTITY_PROVIDER_PORT: provider,
      DEV_POSTGRES_PORT: postgres,
      DEV_BROWSER_APP_PORT: browserApp,
    };
    const child = spawn(process.execPath, ['dev/start.ts'], {
      cwd: PROJECT_FOLDER,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await untilUp(child, folder);
    return new OwnSystem(child, environment, await ensureSecrets(folder));
  }

  readLog(): Promise<string> {
    return readFile(path.join(this.#folder, 'api.log'), 'utf8');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'close');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function untilUp(child: ChildProcess, folder: string): Promise<void> {
  let output = '';
  const up = new Promise<boolean>((resolve) => {
    const read = (chunk: unknown): void => {
      output += String(chunk);
      if (output.includes(IS_UP)) {
        resolve(true);
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', () => resolve(false));
  });
  if (!(await up)) {
    await rm(folder, { recursive: true, force: true });
    throw new StartFailure(`The system to attack did not start:\n${output.trim()}`);
  }
}

/** All at once, so that no two are the same. */
async function freePorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => String((server.address() as AddressInfo).port));
  await Promise.all(
    servers.map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
  return ports;
}
