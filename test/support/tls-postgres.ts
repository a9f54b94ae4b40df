import { chown, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findServerAccount } from '../../dev/postgres/account.ts';
import { startPostgres, type PostgresServer } from '../../dev/postgres.ts';
import { applyMigrations } from '../../src/database/migrations/apply-migrations.js';
import { bootstrapRoles } from '../../src/database/roles/bootstrap-roles.js';
import type { Certificate } from './certificates.js';
import { TEST_PASSWORDS, urlFor, type TestRole } from './database-roles.js';
import { freePort } from './free-port.js';

const DATABASE = 'secure_api';

/** A PostgreSQL of its own that speaks TLS with this certificate, migrated; its files lie in `folder`. */
export async function startTlsPostgres(
  folder: string,
  { certificate, privateKey }: Certificate,
): Promise<PostgresServer> {
  const [certificateFile, keyFile] = [path.join(folder, 'server.pem'), path.join(folder, 'server.key')];
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, privateKey, { mode: 0o600 });
  const account = await findServerAccount(() => undefined);
  if (account) {
    await chown(keyFile, account.uid, account.gid);
  }
  const server = await startPostgres({
    folder: path.join(folder, 'postgres'),
    port: await freePort(),
    adminPassword: TEST_PASSWORDS.admin,
    flags: ['ssl=on', `ssl_cert_file=${certificateFile}`, `ssl_key_file=${keyFile}`, 'fsync=off'].flatMap(
      (setting) => ['-c', setting],
    ),
  });
  await server.createDatabase(DATABASE);
  await bootstrapRoles(server.url(DATABASE), TEST_PASSWORDS);
  await applyMigrations(urlFor(server.url(DATABASE), 'owner', DATABASE));
  return server;
}

/** The URL of a role of that server, by a name or an address, trusting the authority in this file. */
export function verifiedUrl(server: PostgresServer, role: TestRole, host: string, authority: string): string {
  const url = new URL(urlFor(server.url(DATABASE), role, DATABASE));
  url.hostname = host;
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', authority);
  return url.href;
}
