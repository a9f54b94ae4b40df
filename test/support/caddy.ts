import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { vi } from 'vitest';

const DEPLOYED = 'deploy/compose/Caddyfile';

export interface ProxyOptions {
  /** Holds authority.crt and authority.key, and takes the proxy's own files. */
  readonly folder: string;
  readonly apiPort: number;
  readonly plainPort: number;
  readonly identityProviderPort: number;
  /** Of the instances. */
  readonly instances: readonly number[];
  readonly identityProvider: number;
  /** How often it asks each instance whether it is ready. It cannot where it finds them by one name. */
  readonly asksReadinessEvery?: string;
  /** For a counter-proof: the methods of which it tries a request again that may have arrived. */
  readonly repeats?: string;
  /** Of the largest body that the instances take. */
  readonly bodyLimitBytes?: number;
  /** An instance that cannot be reached fails the request. */
  readonly neverRetries?: boolean;
  /** For a counter-proof: an instance at which a request failed gets no more of them for a while. */
  readonly remembersFailures?: boolean;
}

export interface Proxy {
  stop(): Promise<void>;
}

/** Whether this machine has Caddy; with CI=true it must. */
export function hasCaddy(): boolean {
  if (spawnSync('caddy', ['version']).status === 0) {
    return true;
  }
  if (process.env['CI'] === 'true') {
    throw new Error('caddy is missing, and with CI=true no test is left out');
  }
  process.stderr.write('caddy is missing, so the tests of the deployed system are left out.\n');
  return false;
}

/**
 * The proxy with the settings that Compose gives it. Only where things are is replaced: a machine has no names of
 * containers, and one address for all of them.
 */
export async function startCaddy(options: ProxyOptions): Promise<Proxy> {
  const { folder, apiPort, plainPort, identityProviderPort, instances, identityProvider } = options;
  const addresses = instances.map((port) => `127.0.0.1:${port}`).join(' ');
  const upstreams = options.asksReadinessEvery
    ? `to ${addresses}\n health_uri /health/ready\n health_interval ${options.asksReadinessEvery}`
    : `to ${addresses}`;
  let settings = await readFile(DEPLOYED, 'utf8');
  settings = replaced(settings, /dynamic a api 3000 \{[^}]*\}/, upstreams);
  settings = replaced(settings, 'http://{$API_HOST:api.demo.localhost}', `http://localhost:${plainPort}`);
  settings = replaced(settings, 'https:// {', `https://:${apiPort} {`);
  settings = replaced(settings, 'http:// {', `http://:${plainPort} {`);
  settings = replaced(settings, 'identity-provider:3001', `127.0.0.1:${identityProvider}`);
  settings = replaced(settings, '/run/secrets/authority.crt', path.join(folder, 'authority.crt'));
  settings = replaced(settings, '/run/secrets/authority.key', path.join(folder, 'authority.key'));
  if (options.repeats) {
    settings = replaced(settings, /method GET .*/, `method ${options.repeats}`);
  }
  if (options.neverRetries) {
    settings = replaced(settings, /lb_try_duration .*/, '');
  }
  if (options.remembersFailures) {
    settings = replaced(settings, /lb_try_duration .*/, 'fail_duration 60s');
  }
  const file = path.join(folder, 'Caddyfile');
  await writeFile(file, settings);
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: {
      PATH: process.env['PATH'],
      API_HOST: `localhost:${apiPort}`,
      IDENTITY_PROVIDER_HOST: `localhost:${identityProviderPort}`,
      ...(options.bodyLimitBytes && { HTTP_SERVER_BODY_LIMIT_BYTES: String(options.bodyLimitBytes) }),
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => void (output += String(chunk)));
  const exited = once(child, 'exit');
  try {
    await vi.waitFor(() => reached(apiPort), { timeout: 15_000, interval: 50 });
  } catch (error) {
    throw new Error(`the proxy does not start: ${output}`, { cause: error });
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function reached(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

function replaced(text: string, what: string | RegExp, by: string): string {
  const result = text.replace(what, by);
  if (result === text) {
    throw new Error(`${DEPLOYED} has no ${String(what)} any more`);
  }
  return result;
}
