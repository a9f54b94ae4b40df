import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfiguration, type Environment } from '../../src/platform/config/configuration.js';
import { RuntimeConfig } from '../../src/platform/config/runtime.config.js';
import { NoticesConfig } from '../../src/versioning/commands/notices.config.js';
import type { Delivery, Mail } from '../../src/platform/mail/mail-transport.js';
import { smtpOptions } from '../../src/platform/mail/smtp-options.js';
import { SmtpTransport } from '../../src/platform/mail/smtp-transport.js';
import { TestAuthority } from '../support/certificates.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MailServer } from '../support/mail-server.js';
import { notify, NOTICES_FROM, PUBLIC_ORIGIN, recordCall, recordContact } from '../support/notices.js';

/*
 * The attack: somebody on the way to the mail server. They take away its offer of TLS, or answer in its
 * name, and get the password and every notice.
 */

const MAIL: Mail = {
  from: NOTICES_FROM,
  to: 'ops@acme.example',
  subject: 'the end',
  text: 'it comes\n',
  messageId: '<1@example.com>',
  date: new Date('2026-03-01T00:00:00Z'),
};

let authority: TestAuthority;
let tls: { key: string; cert: string };
const servers: MailServer[] = [];

beforeAll(async () => {
  authority = await TestAuthority.create('mail');
  const { certificate, privateKey } = await authority.issue(['127.0.0.1']);
  tls = { key: privateKey, cert: certificate };
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: Parameters<typeof MailServer.start>[0]): Promise<MailServer> {
  const server = await MailServer.start(options);
  servers.push(server);
  return server;
}

/** Sends as in production; what is trusted comes from NODE_EXTRA_CA_CERTS then. */
async function send(url: string, trusted: string | null = authority.certificate): Promise<Delivery> {
  const options = smtpOptions(url, { isProduction: true });
  const ca = trusted === null ? {} : { ca: trusted };
  return new SmtpTransport({ ...options, tls: { ...options.tls, ...ca } }).send(MAIL);
}

const startTls = () => start({ ...tls, disabledCommands: [] });
const smtps = async () => {
  const server = await start({ ...tls, secure: true });
  return { server, url: server.url.replace('smtp:', 'smtps:') };
};
const withPassword = (url: string, password: string): string => url.replace('//', `//me:${password}@`);

describe('a mail server', () => {
  it('[P5.5] gets password and mail over TLS, from the first byte or by STARTTLS', async () => {
    const { server: implicit, url } = await smtps();
    const explicit = await startTls();

    const deliveries = [
      await send(withPassword(url, 'right')),
      await send(withPassword(explicit.url, 'right')),
    ];

    expect(deliveries).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    for (const { mails } of [implicit, explicit]) {
      expect(mails).toMatchObject([{ to: [MAIL.to], isEncrypted: true, user: 'me' }]);
    }
  });

  it('[P5.5] that offers no TLS gets nothing', async () => {
    const plain = await start({ allowInsecureAuth: true });

    const delivery = await send(withPassword(plain.url, 'right'));

    expect(delivery).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('STARTTLS') });
    expect(plain.mails).toEqual([]);
  });

  it('[P5.5] that proves nothing gets nothing', async () => {
    const { server, url } = await smtps();
    const explicit = await startTls();

    const deliveries = [await send(url, null), await send(explicit.url, null)];

    expect(deliveries).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect([server.mails, explicit.mails]).toEqual([[], []]);
  });

  it('[P5.5] counter-proof: without the demand for TLS one that offers none gets password and mail', async () => {
    const plain = await start({ allowInsecureAuth: true });
    const options = smtpOptions(withPassword(plain.url, 'right'), { isProduction: true });

    await new SmtpTransport({ ...options, requireTLS: false }).send(MAIL);

    expect(plain.mails).toMatchObject([{ isEncrypted: false, user: 'me' }]);
  });

  it('[P5.5] that does not take the password gets no mail', async () => {
    const explicit = await startTls();

    const delivery = await send(withPassword(explicit.url, 'wrong'));

    expect(delivery).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('535') });
    expect(explicit.mails).toEqual([]);
  });
});

describe('the settings of the notices', () => {
  const PRODUCTION: Environment = {
    NODE_ENV: 'production',
    DATABASE_NOTICES_URL: 'postgresql://u:p@db.example/db?sslmode=verify-full',
    NOTICES_SMTP_URL: 'smtps://u:p@mail.example',
    NOTICES_FROM,
    NOTICES_PUBLIC_ORIGIN: PUBLIC_ORIGIN,
  };
  const read = (environment: Environment) => () =>
    parseConfiguration([NoticesConfig, RuntimeConfig], { ...PRODUCTION, ...environment });

  it('[P5.5] are complete in production', () => {
    expect(read({})).not.toThrow();
    expect(read({ NOTICES_SMTP_URL: 'smtp://mail.example:587' })).not.toThrow();
  });

  it.each([
    [{ NOTICES_SMTP_URL: undefined }, 'NOTICES_SMTP_URL is required for NOTICES_TRANSPORT=smtp'],
    [{ NOTICES_SMTP_URL: 'http://mail.example' }, 'NOTICES_SMTP_URL is not an smtp or smtps URL'],
    [
      { NOTICES_SMTP_URL: 'smtps://mail.example?tls.rejectUnauthorized=false' },
      'NOTICES_SMTP_URL has more than credentials, host and port',
    ],
    [{ NOTICES_TRANSPORT: 'console' }, 'NOTICES_TRANSPORT must not be console in production'],
    [{ NOTICES_TRANSPORT: 'file' }, 'NOTICES_FOLDER is required for NOTICES_TRANSPORT=file'],
    [{ NOTICES_TRANSPORT: 'pigeon' }, 'NOTICES_TRANSPORT is not one of smtp, file, console'],
    [{ NOTICES_FROM: 'API <api@example.com>' }, 'NOTICES_FROM is not an e-mail address'],
    [{ NOTICES_FROM: 'api@example.com\nBcc: e@f.g' }, 'NOTICES_FROM is not an e-mail address'],
    [{ NOTICES_PUBLIC_ORIGIN: 'http://api.example.com' }, 'NOTICES_PUBLIC_ORIGIN must be an https URL'],
    [{ DATABASE_NOTICES_URL: 'postgresql://u:p@db.example/db' }, 'DATABASE_NOTICES_URL must say sslmode'],
    [{ NOTICES_SMTP_ULR: 'x' }, 'NOTICES_SMTP_ULR is not a setting of this program'],
  ])('[P5.5] are refused with %o', (changes, words) => {
    expect(read(changes)).toThrow(words);
  });
});

describe('without a mail server', () => {
  let database: TestDatabase;
  let folder: string;
  let environment: Environment;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'notices-')), 'mails');
    await recordCall(database);
    await recordContact(database, 'ops@acme.example');
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    environment = {
      DATABASE_NOTICES_URL: database.url('notices'),
      NOTICES_FROM,
      NOTICES_PUBLIC_ORIGIN: PUBLIC_ORIGIN,
      API_V1_DEPRECATED_ON: day(-1),
      API_V1_SUNSET_ON: day(400),
    };
  });
  afterAll(async () => {
    await database.drop();
    await rm(path.dirname(folder), { recursive: true });
  });
  afterEach(async () => void (await database.inspect('TRUNCATE deprecation_notices')));

  it('[P5.5] notices become files that nobody else on the machine reads, each once', async () => {
    const toFiles = { ...environment, NOTICES_TRANSPORT: 'file', NOTICES_FOLDER: folder };

    const codes = [(await notify(toFiles)).code, (await notify(toFiles)).code];

    const [file = '', ...more] = await readdir(folder);
    expect([codes, more]).toEqual([[0, 0], []]);
    expect(file).toMatch(/^[0-9a-f]{32}\.eml$/);
    expect((await stat(path.join(folder, file))).mode & 0o077).toBe(0);
    expect(await readFile(path.join(folder, file), 'utf8')).toMatch(/^(.+\r\n)*To: ops@acme\.example\r\n/);
  });

  it('[P5.5] notices stand on the terminal of a developer', async () => {
    const { code, stdout } = await notify({ ...environment, NOTICES_TRANSPORT: 'console' });

    expect(code).toBe(0);
    expect(stdout).toContain('To: ops@acme.example');
  });
});
