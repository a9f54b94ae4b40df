import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/create-app.js';
import { MAX_CONTACTS } from '../../src/versioning/notices/contacts/notice-contacts.repository.js';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { MailServer } from '../support/mail-server.js';
import { notify, NOTICES_FROM, PUBLIC_ORIGIN, recordCall } from '../support/notices.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a notice names keys, clients and routes. Whoever chooses its reader reads them; an
 * address that is more than one, or more than an address, sends them to somebody else as well.
 */

const PATH = '/v2/admin/notice-contacts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

const administratorOf = (tenant: string): Promise<ApiClient> =>
  app.as({ tenant, sub: `admin-of-${tenant}`, roles: ['administrator'] });
const put = (caller: ApiClient, target: string, body: unknown): Promise<ApiResponse> =>
  caller.send('PUT', `${PATH}?target=${encodeURIComponent(target)}`, { json: body });
const remove = (caller: ApiClient, target: string): Promise<ApiResponse> =>
  caller.send('DELETE', `${PATH}?target=${encodeURIComponent(target)}`);
const contactsOf = async (tenant: string): Promise<string[]> => {
  const { body } = await (await administratorOf(tenant)).get(PATH);
  return body.data.map(({ target, email }: Record<string, string>) => `${target} ${email}`);
};

describe('the contacts of a tenant', () => {
  it('[P5.5] are named, changed and taken away by its administrators, each with an event', async () => {
    const administrator = await administratorOf('named');

    const made = await put(administrator, 'tenant', { email: 'ops@example.com' });
    const special = await put(administrator, 'subject:auth0|a/b c', { email: 'a@example.com' });
    const changed = await put(administrator, 'tenant', { email: 'new@example.com' });
    const listed = await contactsOf('named');
    const removed = await remove(administrator, 'subject:auth0|a/b c');
    const again = await remove(administrator, 'subject:auth0|a/b c');

    expect([made, special, changed, removed, again].map(({ status }) => status)).toEqual([
      201, 201, 200, 204, 404,
    ]);
    expect(made.body).toEqual({
      target: 'tenant',
      email: 'ops@example.com',
      updatedAt: new Date(app.clock.nowMilliseconds()).toISOString(),
    });
    expect(listed).toEqual(['tenant new@example.com', 'subject:auth0|a/b c a@example.com']);
    expect(await contactsOf('named')).toEqual(['tenant new@example.com']);
    const events = [made, changed, removed].flatMap(({ requestId }) => app.log.events(requestId));
    expect(events).toMatchObject([
      {
        securityEvent: 'notice_contact_changed',
        kind: 'tenant',
        change: 'created',
        subject: 'admin-of-named',
      },
      { securityEvent: 'notice_contact_changed', kind: 'tenant', change: 'replaced' },
      { securityEvent: 'notice_contact_changed', kind: 'subject', change: 'removed' },
    ]);
    expect(JSON.stringify(events)).not.toContain('example.com');
  });

  it('[P5.5] are seen and changed by nobody else: no other tenant, no other role, no stranger', async () => {
    await put(await administratorOf('guarded'), 'tenant', { email: 'ops@example.com' });
    const others = [
      app.api,
      await app.as({ tenant: 'guarded' }),
      await app.as({ tenant: 'guarded', roles: ['auditor'] }),
    ];
    const foreign = await administratorOf('foreign');

    for (const caller of others) {
      const statuses = await Promise.all([
        caller.get(PATH),
        put(caller, 'tenant', { email: 'eve@example.com' }),
        remove(caller, 'tenant'),
      ]);
      expect(statuses.every(({ status }) => [401, 403].includes(status))).toBe(true);
    }
    expect((await remove(foreign, 'tenant')).status).toBe(404);
    expect((await put(foreign, 'tenant', { email: 'eve@example.com' })).status).toBe(201);
    expect(await contactsOf('guarded')).toEqual(['tenant ops@example.com']);
  });

  it.each([
    'ops@example.com\r\nBcc: eve@example.com',
    'ops@example.com\n',
    'ops@example.com,eve@example.com',
    'ops@example.com eve@example.com',
    'Ops <ops@example.com>',
    '<ops@example.com>',
    '"a,eve@example.com"@example.com',
    '"a b"@example.com',
    'ops@[127.0.0.1]',
    'ops@localhost',
    'öps@example.com',
    'ops@exämple.com',
    'ops',
    '',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.example.com`,
    ['ops@example.com'],
    { address: 'ops@example.com' },
    null,
  ])('[P5.5] are addresses and nothing more, unlike %j', async (email) => {
    const administrator = await administratorOf('strict');

    const { status, body } = await put(administrator, 'tenant', { email });

    expect([status, body.type]).toEqual([400, '/problems/validation.failed']);
    expect(await contactsOf('strict')).toEqual([]);
  });

  it.each(['', 'tenant:acme', 'subject', 'subject:', 'key:1', 'subject:a\r\nb', `client:${'c'.repeat(256)}`])(
    '[P5.5] are for what a credential can say, unlike %j',
    async (target) => {
      const { status } = await put(await administratorOf('strict'), target, { email: 'ops@example.com' });

      expect(status).toBe(400);
    },
  );

  it('[P5.5] cannot be more than one address even for somebody who writes to the database', async () => {
    for (const email of [
      'ops@example.com\r\nBcc: eve@example.com',
      'a@example.com,eve@example.com',
      'a@b.c\n',
    ]) {
      const insertion = app.database.inspect(
        `INSERT INTO notice_contacts VALUES ('forged', 'tenant', '', $1, now())`,
        [email],
      );

      await expect(insertion, email).rejects.toThrow('notice_contacts_email_form');
    }
  });

  it('[P5.5] are bounded, also when many come at once', async () => {
    await app.database.inspect(
      `INSERT INTO notice_contacts SELECT 'many', 'subject', 's' || n, 's@example.com', now()
       FROM generate_series(1, $1) AS n`,
      [MAX_CONTACTS - 1],
    );
    const administrator = await administratorOf('many');

    const answers = await Promise.all(
      [1, 2, 3].map((index) => put(administrator, `client:c${index}`, { email: 'c@example.com' })),
    );

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(2);
    expect((await put(administrator, 'subject:s1', { email: 'new@example.com' })).status).toBe(200);
  });

  it('[P5.5] get the notices of what their clients call', async () => {
    const mailServer = await MailServer.start();
    await put(await administratorOf('acme'), 'client:shop', { email: 'shop@acme.example' });
    await recordCall(app.database, { clientId: 'shop' });
    const { API_V1_DEPRECATED_ON, API_V1_SUNSET_ON } = app.environment;

    const { code } = await notify({
      DATABASE_NOTICES_URL: app.database.url('notices'),
      NOTICES_SMTP_URL: mailServer.url,
      NOTICES_FROM,
      NOTICES_PUBLIC_ORIGIN: PUBLIC_ORIGIN,
      API_V1_DEPRECATED_ON,
      API_V1_SUNSET_ON,
    });

    expect(code).toBe(0);
    expect(mailServer.mails.map(({ to }) => to)).toEqual([['shop@acme.example']]);
    await mailServer.stop();
  });
});

describe('the API', () => {
  it.each([
    ['DATABASE_NOTICES_URL', 'postgresql://secure_api_notices:x@db.example/secure_api'],
    ['NOTICES_SMTP_URL', 'smtps://user:password@mail.example'],
    ['NOTICES_SMTP_URL_FILE', '/run/secrets/smtp'],
  ])('[P5.5] does not start when it is given %s', (variable, value) => {
    const start = (): unknown => readConfiguration({ ...app.environment, [variable]: value });

    expect(start).toThrow(`${variable} is not a setting of this program`);
  });
});
