import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether this machine has the scanner. With CI=true its absence is a failure and no test is left out. */
export function hasSslscan(): boolean {
  if (spawnSync('sslscan', ['--version']).status === 0) {
    return true;
  }
  if (process.env['CI'] === 'true') {
    throw new Error('sslscan is missing, and with CI=true no test is left out');
  }
  process.stderr.write('sslscan is missing: the scan of the TLS port is left out.\n');
  return false;
}

/** Scans a port as an attacker would; answers with the report in plain text. */
export async function sslscan(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const child = spawn('sslscan', ['--no-colour', `${hostname}:${port}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let report = '';
  child.stdout.on('data', (chunk) => (report += String(chunk)));
  await once(child, 'close');
  return report;
}
