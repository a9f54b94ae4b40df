import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Certificate } from './certificates.js';
import { freePort } from './free-port.js';
import { startRedis, type RedisServer } from './redis.js';

/** A Redis that speaks TLS alone, with this certificate; its files lie in `folder`. */
export async function startTlsRedis(
  folder: string,
  { certificate, privateKey }: Certificate,
  settings: readonly string[] = [],
): Promise<RedisServer | null> {
  const [certificateFile, keyFile] = [path.join(folder, 'redis.pem'), path.join(folder, 'redis.key')];
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, privateKey, { mode: 0o600 });
  const port = await freePort();
  const tls = { 'tls-port': port, 'tls-cert-file': certificateFile, 'tls-key-file': keyFile };
  const flags = Object.entries(tls).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = await startRedis(0, [...flags, '--tls-auth-clients', 'no', ...settings]);
  return server && { ...server, url: `rediss://localhost:${port}` };
}

/** The same address, for who trusts the authority in this file. */
export function trusting(url: string, authority: string): string {
  return `${url}?${new URLSearchParams({ ssl_ca_certs: authority }).toString()}`;
}
