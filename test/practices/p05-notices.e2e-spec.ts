import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { MailServer, type ReceivedMail } from '../support/mail-server.js';
import {
  notify,
  NOTICES_FROM,
  PUBLIC_ORIGIN,
  recordCall,
  recordContact,
  runAt,
  startNotify,
} from '../support/notices.js';
import { lookingOnly } from '../support/removals/versioning.js';
import { TestClock } from '../support/test-clock.js';

/*
 * The attack: silence, and noise. Owners of programs that nobody watches learn of the end from the
 * end; or they are told so often, and of so much that is not theirs, that they read nothing any more.
 */

const DAY_MILLISECONDS = 86_400_000;
const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * DAY_MILLISECONDS).toISOString().slice(0, 10);
const SUNSET = dayFromNow(400);

let database: TestDatabase;
let mailServer: MailServer;
let environment: Environment;

beforeAll(async () => {
  [database, mailServer] = await Promise.all([createTestDatabase(), MailServer.start()]);
  environment = {
    DATABASE_NOTICES_URL: database.url('notices'),
    NOTICES_SMTP_URL: mailServer.url,
    NOTICES_FROM,
    NOTICES_PUBLIC_ORIGIN: PUBLIC_ORIGIN,
    API_V1_DEPRECATED_ON: dayFromNow(-10),
    API_V1_SUNSET_ON: SUNSET,
  };
});
afterAll(() => Promise.all([database.drop(), mailServer.stop()]));

beforeEach(async () => {
  mailServer.forget();
  await database.inspect('TRUNCATE deprecated_usage, notice_contacts, deprecation_notices');
});

const run = (...args: string[]) => notify(environment, ...args);
const recipients = (): string[] => mailServer.mails.flatMap(({ to }) => to).toSorted();
const mailTo = (address: string): ReceivedMail => mailServer.mails.find(({ to }) => to.includes(address))!;
const notices = () =>
  database.inspect<{ recipient: string; sent: boolean }>(
    'SELECT recipient, sent_at IS NOT NULL AS sent FROM deprecation_notices ORDER BY recipient',
  );

/** One client that calls, and somebody who is responsible for it. */
async function oneOwner(): Promise<void> {
  await recordCall(database);
  await recordContact(database, 'ops@acme.example');
}

describe('npm run deprecations:notify', () => {
  it('[P5.5] tells the contact of each client what it calls, until when, and where to go', async () => {
    await recordCall(database, { count: 41 });
    await recordCall(database, { method: 'POST', route: '/v1/customers/:id', keyId: 'k'.repeat(22) });
    await recordContact(database, 'ops@acme.example');
    await recordContact(database, 'Billing@acme.example', { kind: 'api_key', reference: 'k'.repeat(22) });

    const { code, stdout } = await run();

    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Notices sent: 2') });
    expect(stdout).not.toContain('ops@acme.example');
    expect(recipients()).toEqual(['Billing@acme.example', 'ops@acme.example']);
    const { headers, text } = mailTo('ops@acme.example');
    expect(headers.get('subject')).toEqual([`/v1 of api.example.com ends on ${SUNSET}`]);
    expect(headers.get('from')).toEqual([NOTICES_FROM]);
    expect(headers.get('auto-submitted')).toEqual(['auto-generated']);
    expect(text).toContain('client shop, subject user-1\r\n    GET /v1/customers: 41 times, last on');
    expect(text).not.toContain('kkk');
    expect(text).toContain('Call /v2 instead');
    expect(text).toContain(`${PUBLIC_ORIGIN}/changelog/guides/v1-to-v2`);
    expect(text).toContain('It stops by itself');
    expect(mailTo('Billing@acme.example').text).toContain(`API key ${'k'.repeat(22)}, client shop`);
  });

  it('[P5.5] tells nobody of another tenant, also when one person is the contact of both', async () => {
    for (const tenant of ['acme', 'globex']) {
      await recordCall(database, { tenant, clientId: `${tenant}-shop`, subject: `${tenant}-user` });
      await recordContact(database, 'agency@example.com', { tenant });
    }
    await recordContact(database, 'eve@globex.example', {
      tenant: 'globex',
      kind: 'client',
      reference: 'acme-shop',
    });

    await run();

    const texts = mailServer.mails.map(({ text }) => text);
    expect(recipients()).toEqual(['agency@example.com', 'agency@example.com']);
    expect(texts.filter((text) => text.includes('acme'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('globex'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('acme') && text.includes('globex'))).toEqual([]);
  });

  it('[P5.5] tells once of a stage, however often it runs and whoever calls meanwhile', async () => {
    await oneOwner();

    await run();
    await recordCall(database, { subject: 'user-2' });
    const { code, stdout } = await run();

    expect(recipients()).toEqual(['ops@acme.example']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('sent before: 1') });
  });

  it('[P5.5] leaves in peace whoever has not called for thirty days', async () => {
    await recordCall(database, { at: new Date(Date.now() - 31 * DAY_MILLISECONDS).toISOString() });
    await recordCall(database, { version: '2' });
    await recordContact(database, 'ops@acme.example');

    const { code } = await run();

    expect([code, recipients()]).toEqual([0, []]);
  });

  it('[P5.5] names the clients for whom nobody can be told, which is no failure', async () => {
    await oneOwner();
    await recordCall(database, { tenant: 'globex', clientId: 'till', subject: 'user-7' });

    const { code, stdout } = await run();

    expect(code).toBe(0);
    expect(stdout).toContain('Nobody can be told, because the tenant names no contact:');
    expect(stdout).toContain('\n  globex: client till, subject user-7\n');
    expect(recipients()).toEqual(['ops@acme.example']);
  });

  it('[P5.5] in a dry run prints what it would send to whom, and neither sends nor claims', async () => {
    await oneOwner();

    const { code, stdout } = await run('--dry-run');

    expect(code).toBe(0);
    expect(stdout).toContain('To: ops@acme.example');
    expect(stdout).toContain('client shop, subject user-1');
    expect(stdout).toContain('would be sent: 1');
    expect([mailServer.mails, await notices()]).toEqual([[], []]);
  });

  it.each([[['--dryrun']], [['now']], [['--dry-run=yes']], [['--retry-uncertain', 'all']]])(
    '[P5.5] sends nothing when it is called with %j',
    async (args) => {
      await oneOwner();

      const { code, stderr } = await run(...args);

      expect(code).toBe(1);
      expect(stderr).toContain('usage: npm run deprecations:notify');
      expect([mailServer.mails, await notices()]).toEqual([[], []]);
    },
  );
});

describe('a caller whose name is an attack', () => {
  it('[P5.5] writes no header, adds no recipient, and gets no line of its own', async () => {
    const name =
      'user\r\nBcc: eve@evil.example\r\nSubject: pay\r\n\r\nYou owe us money.\r\n.\r\nMAIL FROM:<x@y.z>';
    await recordCall(database, { subject: name, clientId: name, route: name });
    await recordContact(database, 'ops@acme.example');

    await run();

    const [mail] = mailServer.mails;
    expect(mailServer.mails).toHaveLength(1);
    expect(mail?.to).toEqual(['ops@acme.example']);
    expect([...mail!.headers.keys()].toSorted()).toEqual([
      'auto-submitted',
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(mail?.headers.get('subject')).toEqual([`/v1 of api.example.com ends on ${SUNSET}`]);
    expect(mail?.text.split('\r\n').filter((line) => /^(Bcc|Subject|You owe)/.test(line))).toEqual([]);
  });
});

describe('the stages', () => {
  const dates = { API_V1_DEPRECATED_ON: '2026-03-01', API_V1_SUNSET_ON: '2027-06-30' };
  const clock = new TestClock();

  /** The subjects' recipients of a run on that day, at which the client still calls. */
  async function runOn(day: string): Promise<string[]> {
    clock.moveTo(`${day}T09:00:00Z`);
    await database.inspect('DELETE FROM deprecated_usage');
    await recordCall(database, { at: `${day}T08:00:00Z` });
    const { sent } = await runAt({ database, clock, mailUrl: mailServer.url, dates });
    return sent.map(({ stage }) => stage);
  }

  it('[P5.5] are told one by one: at the announcement, and 6, 3 and 1 months and a week before the end', async () => {
    await recordContact(database, 'ops@acme.example');
    const told: Record<string, string[]> = {};

    for (const day of [
      '2026-02-28',
      '2026-03-01',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-03-30',
      '2027-05-30',
      '2027-06-23',
      '2027-06-29',
      '2027-06-30',
    ]) {
      told[day] = await runOn(day);
    }

    expect(told).toEqual({
      '2026-02-28': [],
      '2026-03-01': ['announcement'],
      '2026-12-29': [],
      '2026-12-30': ['six_months'],
      '2026-12-31': [],
      '2027-03-30': ['three_months'],
      '2027-05-30': ['one_month'],
      '2027-06-23': ['one_week'],
      '2027-06-29': [],
      '2027-06-30': [],
    });
    expect(mailServer.mails).toHaveLength(5);
    expect(new Set(mailServer.mails.flatMap(({ headers }) => headers.get('message-id'))).size).toBe(5);
  });

  it('[P5.5] that were missed are not made up for: a late run tells the one that is due', async () => {
    await recordContact(database, 'ops@acme.example');

    expect(await runOn('2027-06-01')).toEqual(['one_month']);
    expect(mailServer.mails).toHaveLength(1);
  });
});

describe('a notice that somebody is sending', () => {
  it('[P5.5] is sent once by four processes that run at once', async () => {
    for (let index = 0; index < 10; index += 1) {
      await recordCall(database, { subject: `user-${index}`, clientId: 'fleet' });
      await recordContact(database, `owner-${index}@acme.example`, {
        kind: 'subject',
        reference: `user-${index}`,
      });
    }
    const runs = await Promise.all([run(), run(), run(), run()]);

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(recipients()).toEqual(Array.from({ length: 10 }, (_, index) => `owner-${index}@acme.example`));
  });

  it('[P5.5] counter-proof: two runs that only look whether somebody was first send it twice', async () => {
    await oneOwner();
    const { API_V1_DEPRECATED_ON, API_V1_SUNSET_ON } = environment;
    const dates = { API_V1_DEPRECATED_ON, API_V1_SUNSET_ON };
    const world = { database, clock: new TestClock(), mailUrl: mailServer.url, dates };
    const Claims = lookingOnly(2);

    await Promise.all([runAt({ ...world, Claims }), runAt({ ...world, Claims })]);

    expect(recipients()).toEqual(['ops@acme.example', 'ops@acme.example']);
  });

  it('[P5.5] is tried again by the next run when the server refuses it, mail or mailbox', async () => {
    await oneOwner();
    await recordCall(database, { subject: 'user-2' });
    await recordContact(database, 'gone@acme.example', { kind: 'subject', reference: 'user-2' });
    mailServer.manners = 'refuse';
    const refused = await run();
    const afterwards = await notices();

    mailServer.manners = 'accept';
    mailServer.unknown.add('gone@acme.example');
    const second = await run();
    mailServer.unknown.clear();
    const third = await run();

    expect([refused.code, second.code, third.code]).toEqual([1, 1, 0]);
    expect(refused.stderr).toContain('Refused, and tried again by the next run:');
    expect(refused.stderr).toContain('to g***@acme.example: Message failed: 451 come back later');
    expect(afterwards).toEqual([]);
    expect(second.stderr).toContain('to g***@acme.example: ');
    expect(recipients()).toEqual(['gone@acme.example', 'ops@acme.example']);
  });

  it('[P5.5] is claimed by nobody while the mail server is away', async () => {
    await oneOwner();
    const elsewhere = { ...environment, NOTICES_SMTP_URL: 'smtp://127.0.0.1:1' };

    const { code, stderr } = await notify(elsewhere);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^The command failed: .*ECONNREFUSED.*\n$/);
    expect(await notices()).toEqual([]);
  });

  it('[P5.5] is uncertain when the process dies while it sends, and sent again only on demand', async () => {
    await oneOwner();
    mailServer.manners = 'hang';
    const dying = startNotify(environment);
    await vi.waitFor(() => expect(mailServer.pending).toBe(1), { timeout: 15_000 });
    dying.kill('SIGKILL');
    await once(dying, 'close');
    mailServer.manners = 'accept';

    const atOnce = await run('--retry-uncertain');
    await database.inspect(`UPDATE deprecation_notices SET claimed_at = claimed_at - interval '16 minutes'`);
    const later = await run();
    const sentUntilThen = recipients();
    const retries = await Promise.all([run('--retry-uncertain'), run('--retry-uncertain')]);

    // A moment after the claim another process may still be sending.
    expect(atOnce.stdout).toContain('being sent by another run: 1');
    expect(later.code).toBe(1);
    expect(later.stderr).toContain('Uncertain, and not sent again without --retry-uncertain');
    expect(later.stderr).toContain('to o***@acme.example: an earlier run ended while it sent this');
    expect(sentUntilThen).toEqual([]);
    expect(retries.map(({ code }) => code)).toEqual([0, 0]);
    expect(recipients()).toEqual(['ops@acme.example']);
    expect(await notices()).toEqual([{ recipient: 'ops@acme.example', sent: true }]);
  });

  it('[P5.5] is uncertain, too, when the connection breaks before the server has answered', async () => {
    await oneOwner();
    mailServer.manners = 'break off';

    const broken = await run();
    mailServer.manners = 'accept';
    const next = await run();

    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('Uncertain');
    expect(next.stdout).toContain('being sent by another run: 1');
    expect(recipients()).toEqual([]);
    expect(await notices()).toEqual([{ recipient: 'ops@acme.example', sent: false }]);
  });

  it('[P5.5] is the last one of a run that is told to stop', async () => {
    await oneOwner();
    await recordCall(database, { tenant: 'globex' });
    await recordContact(database, 'ops@globex.example', { tenant: 'globex' });
    mailServer.manners = 'hang';
    const child = startNotify(environment);
    await vi.waitFor(() => expect(mailServer.pending).toBe(1), { timeout: 15_000 });

    const heard = once(child.stderr, 'data');
    child.kill('SIGTERM');
    expect(String(await heard)).toContain('Stopping after the mail under way');
    mailServer.release();

    expect(await once(child, 'close')).toEqual([1, null]);
    expect(recipients()).toEqual(['ops@acme.example']);
    expect(await notices()).toEqual([{ recipient: 'ops@acme.example', sent: true }]);
  });
});
