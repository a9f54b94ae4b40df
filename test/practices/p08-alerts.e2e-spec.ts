import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isGenuineWebhook } from '../../dev/examples/verify-webhook.js';
import { alertsOf, at, ATTACKED_ENVIRONMENT, settle, times } from '../support/alerts.js';
import { aPerson } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { MailServer } from '../support/mail-server.js';
import { ordinaryDay } from '../support/ordinary-traffic.js';
import { PATIENCE } from '../support/patience.js';
import { startRedis } from '../support/redis.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { without } from '../support/without.js';

/*
 * The attack is known to the program, and to nobody else: the alert is in a file, the receiver was restarting,
 * somebody forges alerts until nobody believes them, or there are so many that nobody reads them.
 */

const redis = await startRedis();
const SECRET = randomBytes(32).toString('base64');
const TEN_MINUTES = 600;

let receiver: WebhookReceiver;
let mailServer: MailServer;
let app: TestApp;

const environment = () => ({
  ...ATTACKED_ENVIRONMENT,
  ALERTS_WEBHOOK_URL: receiver.url,
  ALERTS_WEBHOOK_SECRET: SECRET,
  ALERTS_MAIL_TO: 'security@example.com',
  ALERTS_MAIL_FROM: 'alerts@example.com',
  ALERTS_SMTP_URL: mailServer.url,
});

beforeAll(async () => {
  [receiver, mailServer] = await Promise.all([WebhookReceiver.start(), MailServer.start()]);
  app = await createTestApp({ environment: environment() });
});
afterAll(async () => {
  await app.stop();
  await Promise.all([receiver.stop(), mailServer.stop()]);
});

let attackers = 0;
/** Guesses from an address of its own, until that is an alert. */
async function attack(on: TestApp = app): Promise<string> {
  // In a minute of its own, so that several in one test are no jump of refusals as well.
  on.clock.advanceSeconds(61);
  const address = `203.0.113.${(attackers += 1)}`;
  await times(25, () => at(on, address).withToken('guess').get('/v2/customers'));
  await settle(on);
  return `address:${address}`;
}
const about = (body: string): string => (JSON.parse(body) as { data: { about: string } }).data.about;
const deliveriesOf = (whom: string) => receiver.received.filter(({ body }) => about(body) === whom);
const mailed = (whom: string): Promise<void> =>
  vi.waitFor(() => expect(mailServer.mails.some(({ text }) => text.includes(whom))).toBe(true), PATIENCE);

describe('an alert', () => {
  it('[P8.4] reaches a webhook that can tell who sent it, and a mailbox, within seconds', async () => {
    const whom = await attack();

    await vi.waitFor(() => expect(deliveriesOf(whom)).toHaveLength(1), PATIENCE);
    const [{ headers, body }] = deliveriesOf(whom) as [(typeof receiver.received)[0]];
    const now = app.clock.nowSeconds();
    expect(isGenuineWebhook(headers, body, SECRET, now)).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      type: 'security.alert',
      data: {
        rule: 'failed-authentication-address',
        severity: 'warning',
        count: 20,
        runbook: 'docs/runbooks/failed-authentication-address.md',
        eventIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
      },
    });
    await mailed(whom);
  });

  it('[P8.4] that somebody else has made, changed or kept is not believed', async () => {
    const whom = await attack();
    await vi.waitFor(() => expect(deliveriesOf(whom)).toHaveLength(1), PATIENCE);
    const [{ headers, body }] = deliveriesOf(whom) as [(typeof receiver.received)[0]];
    const now = app.clock.nowSeconds();

    expect(isGenuineWebhook(headers, body.replace('warning', 'info'), SECRET, now)).toBe(false);
    expect(isGenuineWebhook(headers, body, randomBytes(32).toString('base64'), now)).toBe(false);
    expect(isGenuineWebhook({ ...headers, 'webhook-id': 'other' }, body, SECRET, now)).toBe(false);
    expect(isGenuineWebhook(headers, body, SECRET, now + 301)).toBe(false);
    expect(isGenuineWebhook({}, body, SECRET, now)).toBe(false);
    expect(isGenuineWebhook({ ...headers, 'webhook-signature': 'v1,' }, body, SECRET, now)).toBe(false);
  });

  it('[P8.4] is sent again, under the same id, while the receiver fails', async () => {
    receiver.statuses = [500, 503, 302];

    const whom = await attack();

    await vi.waitFor(() => expect(deliveriesOf(whom)).toHaveLength(4), PATIENCE);
    expect(new Set(deliveriesOf(whom).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('[P8.4] holds up no request and no other sink while the receiver is away', async () => {
    const lonely = await createTestApp({
      besides: app,
      environment: { ...environment(), ALERTS_WEBHOOK_URL: 'http://127.0.0.1:1/' },
    });

    const whom = await attack(lonely);

    expect((await lonely.api.get('/health/live')).status).toBe(200);
    await mailed(whom);
    await lonely.stop();
    expect(lonely.log.text).toContain('an alert was not delivered');
  });
});

describe('a cool-down', () => {
  it('[P8.4] that somebody has written for ever keeps nothing quiet', async () => {
    const whom = `address:203.0.113.${attackers + 1}`;
    const what = JSON.stringify(['failed-authentication-address', null, whom, null]);
    const id = createHash('sha256').update(what).digest('base64url');
    await app.database.inspect(`INSERT INTO alert_cooldowns (id, ends_at) VALUES ($1, 'infinity')`, [id]);

    const told = await attack();

    const rows = await app.database.inspect(
      `SELECT ends_at = 'infinity' AS "isForEver" FROM alert_cooldowns WHERE id = $1`,
      [id],
    );
    expect(told).toBe(whom);
    expect(app.log.all.filter(({ msg, about: of }) => msg === 'alert' && of === whom)).toHaveLength(1);
    expect(rows).toEqual([{ isForEver: false }]);
  });
});

describe('GET /v2/admin/alerts', () => {
  const now = () => ({ iat: app.clock.nowSeconds(), exp: app.clock.nowSeconds() + TEN_MINUTES });
  const administrator = (tenant: string) =>
    aPerson(app, { ...now(), sub: `admin-${tenant}`, tenant, roles: ['administrator'] });
  const scan = async (tenant: string) => {
    const scanner = await aPerson(app, { ...now(), sub: `scanner-${tenant}`, tenant });
    await times(35, () => scanner.post('/v2/customers', aCustomer({ isAdmin: true })));
    await settle(app);
  };

  it('[P8.4] shows administrators the alerts of their tenant, and of strangers to the operator alone', async () => {
    await scan('acme');
    await scan('globex');
    const whom = await attack();
    const list = async (tenant: string) =>
      (await (await administrator(tenant)).get('/v2/admin/alerts')).body.data as {
        about: string;
        rule: string;
      }[];

    const [acme, globex, operator] = await Promise.all(['acme', 'globex', 'operator'].map(list));

    expect(acme?.map((alert) => alert.about)).toEqual(['subject:scanner-acme']);
    expect(globex?.map((alert) => alert.about)).toEqual(['subject:scanner-globex']);
    expect(operator?.map((alert) => alert.about)).toContain(whom);
    expect(operator?.map((alert) => alert.about).join()).not.toContain('scanner');
  });

  it('[P8.4] gives all of them in pages, filtered, and nothing to others', async () => {
    await Promise.all([attack(), attack(), attack()]);
    const operator = await administrator('operator');
    const all = (await operator.get('/v2/admin/alerts?limit=100')).body.data as { id: string }[];
    const pages: string[] = [];
    let cursor: string | null = '';
    do {
      const { body } = await operator.get(`/v2/admin/alerts?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...(body.data as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor as string | null;
    } while (cursor !== null);

    expect(all.length).toBeGreaterThan(3);
    expect(pages).toEqual(all.map(({ id }) => id));
    expect((await operator.get('/v2/admin/alerts?rule=token-reuse')).body.data).toEqual([]);
    expect((await operator.get('/v2/admin/alerts?severity=loud')).status).toBe(400);
    expect((await operator.get('/v2/admin/alerts?cursor=abc')).status).toBe(400);
    expect((await (await aPerson(app, now())).get('/v2/admin/alerts')).status).toBe(403);
  });
});

describe('an attack that is spread over instances', () => {
  it.skipIf(redis === null)(
    '[P8.4] is counted by all of them together, through Redis; each alone sees too little of it',
    async () => {
      const options = { environment: { ...ATTACKED_ENVIRONMENT, REDIS_URL: redis?.url } };
      const one = await createTestApp(options);
      const two = await createTestApp({ ...options, besides: one, clock: one.clock });
      const spread = async (instances: TestApp[], address: string) => {
        const before = one.log.all.length;
        await times(30, (index) =>
          at(instances[index % 2] ?? one, address)
            .withToken('guess')
            .get('/v2/customers'),
        );
        await Promise.all(instances.map(settle));
        return alertsOf(one, before);
      };

      const refusals = async () => {
        one.clock.advanceSeconds(3600);
        const before = one.log.all.length;
        await times(80, (index) => at([one, two][index % 2] ?? one, '198.51.100.1').get('/v2/customers'));
        await settle(two);
        return alertsOf(one, before);
      };

      const together = await spread([one, two], '198.51.100.201');
      const jump = await refusals();
      await redis?.stop();
      const alone = await spread([one, two], '198.51.100.202');
      const noJump = await refusals();

      expect(together.map(({ rule }) => rule)).toEqual(['failed-authentication-address']);
      expect(jump).toEqual([expect.objectContaining({ rule: 'client-error-jump' })]);
      expect([alone, noJump]).toEqual([[], []]);
      await two.stop();
      await one.stop();
    },
  );
});

describe('a day without an attack', () => {
  it('[P8.4] raises no alert', async () => {
    const quiet = await createTestApp({ environment: ATTACKED_ENVIRONMENT });
    const before = quiet.log.all.length;

    await ordinaryDay(quiet);

    expect(await alertsOf(quiet, before)).toEqual([]);
    await quiet.stop();
  });

  it('[P8.4] counter-proof: without a cool-down one attack is as many alerts as it has requests', async () => {
    const noisy = await createTestApp({
      environment: ATTACKED_ENVIRONMENT,
      removal: without('alert cool-down'),
    });
    const before = noisy.log.all.length;

    await attack(noisy);

    expect((await alertsOf(noisy, before)).length).toBeGreaterThan(1);
    await noisy.stop();
  });
});
