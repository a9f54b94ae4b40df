import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.js';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis of this test run, without persistence; null where the machine has no redis-server. */
export async function startRedis(
  port?: number,
  settings: readonly string[] = [],
  settingsFile?: string,
): Promise<RedisServer | null> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    if (process.env['CI'] === 'true') {
      throw new Error('redis-server is missing, and with CI=true no test is left out');
    }
    process.stderr.write('redis-server is missing: the tests of Redis are left out.\n');
    return null;
  }
  const chosen = port ?? (await freePort());
  const options = [
    ...(settingsFile === undefined ? [] : [settingsFile]),
    '--port',
    String(chosen),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    ...settings,
  ];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout) {
    if (String(chunk).includes('Ready to accept connections')) {
      break;
    }
  }
  child.stdout?.resume();
  return {
    url: `redis://127.0.0.1:${chosen}`,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
