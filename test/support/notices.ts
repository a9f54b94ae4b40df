import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { parseConfiguration, type Environment } from '../../src/platform/config/configuration.js';
import { ApiVersions } from '../../src/versioning/api-versions.js';
import { smtpOptions } from '../../src/platform/mail/smtp-options.js';
import { SmtpTransport } from '../../src/platform/mail/smtp-transport.js';
import { NoticeClaims } from '../../src/versioning/notices/notice-claims.js';
import type { NoticeReport } from '../../src/versioning/notices/notice-report.js';
import { NoticeRun } from '../../src/versioning/notices/notice-run.js';
import { DeprecatedCallers } from '../../src/versioning/notices/deprecated-callers.js';
import { SqlNoticeContacts } from '../../src/versioning/notices/sql-notice-contacts.js';
import { VersioningConfig } from '../../src/versioning/versioning.config.js';
import type { TestDatabase } from './database.js';
import type { CommandOutput } from './encryption.js';
import type { TestClock } from './test-clock.js';

export const NOTICES_FROM = 'api@example.com';
export const PUBLIC_ORIGIN = 'https://api.example.com';

const ORDINARY_CALL = {
  tenant: 'acme',
  version: '1',
  method: 'GET',
  route: '/v1/customers',
  keyId: '',
  clientId: 'shop',
  subject: 'user-1',
  count: 1,
  at: undefined as string | undefined,
};

/** A line of what the API counts, as if a client had called an ending version. */
export async function recordCall(
  database: TestDatabase,
  changes: Partial<typeof ORDINARY_CALL> = {},
): Promise<void> {
  const call = { ...ORDINARY_CALL, ...changes };
  const { tenant, version, method, route, keyId, clientId, subject, count } = call;
  const at = call.at === undefined ? new Date() : new Date(call.at);
  await database.inspect(
    `INSERT INTO deprecated_usage
       (id, tenant_id, day, version, method, route, key_id, client_id, subject, count, last_seen_at, expires_at)
     VALUES ($10, $1, $9::timestamptz, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9, $9 + interval '1 year')`,
    [
      tenant,
      version,
      method,
      route,
      keyId,
      clientId,
      subject,
      count,
      at,
      randomBytes(32).toString('base64url'),
    ],
  );
}

/** A contact as an administrator makes it. */
export async function recordContact(
  database: TestDatabase,
  email: string,
  { tenant = 'acme', kind = 'tenant', reference = '' } = {},
): Promise<void> {
  await database.inspect(
    `INSERT INTO notice_contacts (tenant_id, kind, reference, email, updated_at)
     VALUES ($1, $2::notice_contact_kind, $3, $4, now())`,
    [tenant, kind, reference, email],
  );
}

/** `npm run deprecations:notify` out of the build, not waited for. */
export function startNotify(
  environment: Environment,
  args: readonly string[] = [],
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['dist/versioning/commands/notify.js', ...args], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** `npm run deprecations:notify`. */
export async function notify(environment: Environment, ...args: string[]): Promise<CommandOutput> {
  const child = startNotify(environment, args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { stdout, stderr, code };
}

export interface NoticeWorld {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly mailUrl: string;
  readonly dates: Environment;
  /** Other claims than the real ones. */
  readonly Claims?: typeof NoticeClaims;
}

/** What the command does, at a time of the test's choice. */
export async function runAt({
  database,
  clock,
  mailUrl,
  dates,
  Claims = NoticeClaims,
}: NoticeWorld): Promise<NoticeReport> {
  const client = new pg.Client({ connectionString: database.url('notices') });
  await client.connect();
  try {
    const config = parseConfiguration([VersioningConfig], dates).get(VersioningConfig) as VersioningConfig;
    const parts = {
      versions: new ApiVersions(config, clock),
      callers: new DeprecatedCallers(client),
      contacts: new SqlNoticeContacts(client),
      claims: new Claims(client, clock),
      transport: new SmtpTransport(smtpOptions(mailUrl, { isProduction: false })),
      clock,
    };
    return await new NoticeRun(parts, {
      from: NOTICES_FROM,
      publicOrigin: PUBLIC_ORIGIN,
      isDryRun: false,
      retriesUncertain: false,
      isStopped: () => false,
    }).run();
  } finally {
    await client.end();
  }
}
