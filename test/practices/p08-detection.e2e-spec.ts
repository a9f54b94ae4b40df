import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeyUsage } from '../../src/api-keys/usage/key-usage.js';
import { SecurityEvents } from '../../src/platform/events/security-events.js';
import { alertsOf, at, ATTACKED_ENVIRONMENT, times } from '../support/alerts.js';
import { aKeyOf, aPerson, from, withKey } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { TestIssuer } from '../support/issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attacks, each as somebody would play it, and each long enough that nobody could read it out of the log
 * in time. Every one raises one alert, and no second one while its cool-down lasts.
 */

const OPTIONS = { environment: ATTACKED_ENVIRONMENT };

let app: TestApp;
let stranger: TestIssuer;

beforeAll(async () => {
  app = await createTestApp(OPTIONS);
  stranger = await TestIssuer.start();
});
afterAll(async () => {
  await stranger.stop();
  await app.stop();
});
beforeEach(() => {
  // Whatever the test before has counted is out of every window, and every cool-down is over.
  app.clock.advanceSeconds(2 * 86_400);
});

const linesSoFar = (): number => app.log.all.length;
/** A token that claims to be somebody's, signed by whoever made it up. */
const forged = (sub: string) => stranger.token({ claims: { sub } });
const now = () => ({ iat: app.clock.nowSeconds(), exp: app.clock.nowSeconds() + 600 });
const person = (claims: Record<string, unknown> = {}) => aPerson(app, { ...now(), ...claims });

/** Plays an attack and gives the alerts of it. */
async function play(attack: () => Promise<unknown>, on: TestApp = app) {
  const before = linesSoFar();
  await attack();
  return alertsOf(on, before);
}

describe('an attack', () => {
  it('[P8.4] by one address with one bad credential after the other', async () => {
    const alerts = await play(() =>
      times(50, () => at(app, '203.0.113.1').withToken('guess').get('/v2/customers')),
    );

    expect(alerts).toEqual([
      expect.objectContaining({
        rule: 'failed-authentication-address',
        about: 'address:203.0.113.1',
        tenantId: null,
        count: 20,
      }),
    ]);
  });

  it('[P8.4] by one IPv6 subscriber, from a new address each time', async () => {
    const alerts = await play(() =>
      times(30, (index) =>
        at(app, `2001:db8:1:2::${index + 1}`)
          .withToken('guess')
          .get('/v2/customers'),
      ),
    );

    expect(alerts).toEqual([
      expect.objectContaining({ rule: 'failed-authentication-address', about: 'address:2001:db8:1:2::/64' }),
    ]);
  });

  it('[P8.4] with dead keys of several tenants, which is one attack and the operator’s', async () => {
    const keys: string[] = [];
    for (const tenant of ['acme', 'globex', 'initech']) {
      const owner = await person({ tenant });
      const { key, id } = await aKeyOf(owner);
      await owner.send('DELETE', `/v2/api-keys/${id}`);
      keys.push(key);
    }

    const alerts = await play(() =>
      times(24, (index) => withKey(app, keys[index % 3] ?? '', from('203.0.113.55')).get('/v2/customers')),
    );

    expect(alerts.filter(({ rule }) => rule === 'failed-authentication-address')).toEqual([
      expect.objectContaining({ about: 'address:203.0.113.55', tenantId: null }),
    ]);
    const deadKeys = alerts.filter(({ rule }) => rule === 'dead-key-use');
    expect(deadKeys.map(({ tenantId }) => String(tenantId)).toSorted()).toEqual([
      'acme',
      'globex',
      'initech',
    ]);
  });

  it('[P8.4] on one account, from a new address each time', async () => {
    const alerts = await play(async () => {
      const token = await forged('the-director');
      await times(15, (index) =>
        at(app, `203.0.113.${index + 10}`)
          .withToken(token)
          .get('/v2/customers'),
      );
    });

    expect(alerts.map(({ rule }) => rule)).toEqual(['failed-authentication-account']);
    expect(alerts[0]?.about).not.toContain('director');
  });

  it('[P8.4] with a list of accounts, from one address', async () => {
    const alerts = await play(() =>
      times(15, async (index) =>
        at(app, '203.0.113.2')
          .withToken(await forged(`user-${index}`))
          .get('/v2/customers'),
      ),
    );

    expect(alerts).toEqual([
      expect.objectContaining({
        rule: 'credential-stuffing',
        about: 'address:203.0.113.2',
        severity: 'critical',
      }),
    ]);
  });

  it('[P3.5] that scans for a field that is not checked', async () => {
    const scanner = await person({ sub: 'scanner' });

    const alerts = await play(() =>
      times(40, (index) => scanner.post('/v2/customers', aCustomer({ [`field${index}`]: 1 }))),
    );

    expect(alerts).toEqual([
      expect.objectContaining({ rule: 'validation-scan', about: 'subject:scanner', tenantId: 'acme' }),
    ]);
  });

  it('[P8.4] that tries one object after the other', async () => {
    const prober = await person({ sub: 'prober' });

    const alerts = await play(() => times(30, () => prober.get(`/v2/customers/${randomUUID()}`)));

    expect(alerts).toEqual([expect.objectContaining({ rule: 'object-probing', about: 'subject:prober' })]);
  });

  it('[P6.4] with a key that was revoked', async () => {
    const owner = await person();
    const { key, id } = await aKeyOf(owner);
    await owner.send('DELETE', `/v2/api-keys/${id}`);

    const alerts = await play(() => times(3, () => withKey(app, key).get('/v2/customers')));

    expect(alerts).toEqual([
      expect.objectContaining({ rule: 'dead-key-use', about: `key:${id}`, severity: 'critical' }),
    ]);
  });

  it('[P6.4] with a copy of a key, from another network', async () => {
    const { key, id } = await aKeyOf(await person());
    await withKey(app, key, from('198.51.100.7')).get('/v2/customers');

    const alerts = await play(() =>
      times(3, (index) => withKey(app, key, from(`192.0.2.${index}`)).get('/v2/customers')),
    );

    expect(alerts).toEqual([expect.objectContaining({ rule: 'new-network', about: `key:${id}` })]);
  });

  it('[P6.4] with a key that is used far more than ever before', async () => {
    const { key, id } = await aKeyOf(await person());
    await times(20, () => withKey(app, key).get('/v2/customers?limit=1'));
    app.clock.advanceSeconds(60);
    // Only whole minutes are a past, and only what is written.
    await withKey(app, key).get('/v2/customers?limit=1');
    await app.nest.get(KeyUsage, { strict: false }).flush();
    app.clock.advanceSeconds(60);

    const alerts = await play(() => times(130, () => withKey(app, key).get('/v2/customers?limit=1')));

    expect(alerts).toEqual([expect.objectContaining({ rule: 'key-spike', about: `key:${id}` })]);
  });

  it('[P8.4] with somebody’s token, from a network and a country where that subject never was', async () => {
    const token = await app.issuer.token({ claims: { ...now(), sub: 'traveller', scope: 'customers:read' } });
    const call = (address: string, country: string) =>
      at(app, address)
        .withToken(token)
        .get('/v2/customers', { headers: { 'x-country': country } });
    const first = await play(() => times(3, () => call('198.51.100.7', 'DE')));

    const elsewhere = await play(() => times(3, () => call('192.0.2.7', 'DE')));
    const abroad = await play(() => times(3, () => call('192.0.2.8', 'KP')));

    expect(first).toEqual([]);
    expect(elsewhere).toEqual([
      expect.objectContaining({ rule: 'new-network', about: 'subject:traveller', tenantId: 'acme' }),
    ]);
    expect(abroad).toEqual([
      expect.objectContaining({ rule: 'new-country', about: 'subject:traveller', severity: 'critical' }),
    ]);
  });

  it('[P8.4] from a second country and a second network, which the first ones do not hide', async () => {
    const token = await app.issuer.token({ claims: { ...now(), sub: 'courier', scope: 'customers:read' } });
    const { key, id } = await aKeyOf(await person());
    const calls = (address: string, country: string) =>
      times(3, async () => {
        const headers = { 'x-country': country };
        await at(app, address).withToken(token).get('/v2/customers', { headers });
        await withKey(app, key, from(address)).get('/v2/customers', { headers });
      });
    await calls('198.51.100.7', 'DE');

    const alerts = await play(async () => {
      await calls('192.0.2.7', 'KP');
      await calls('203.0.113.7', 'IR');
      await calls('192.0.2.9', 'KP');
    });

    const journey = ['new-country', 'new-network'].flatMap((rule) =>
      [`key:${id}`, 'subject:courier'].map((about) => `${rule} ${about}`),
    );
    expect(alerts.map(({ rule, about }) => `${rule} ${about}`).toSorted()).toEqual(
      [...journey, ...journey].toSorted(),
    );
  });

  it('[P6.4] by a key that hops from network to network, of which nobody gets a warning each', async () => {
    const { key, id } = await aKeyOf(await person());

    const alerts = await play(async () => {
      for (const round of [1, 2, 3]) {
        await times(45, (index) => withKey(app, key, from(`10.${round}.${index}.1`)).get('/v2/customers'));
        await app.nest.get(KeyUsage, { strict: false }).flush();
      }
    });

    expect(new Set(alerts.map(({ rule, about }) => `${rule} ${about}`))).toEqual(
      new Set([`new-network key:${id}`]),
    );
    expect(alerts).toHaveLength(99);
  });

  it.each([
    ['token-reuse', 'authn_token_reuse', { reason: 'invalid_grant', sessions: 1 }],
    ['audit-chain-broken', 'audit_chain_broken', { position: 7, reason: 'missing' }],
    [
      'audit-events-lost',
      'audit_events_lost',
      { count: 3, from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ],
    ['certificate-expiry', 'sys_certificate_expiry', { daysLeft: 6 }],
  ] as const)('[P8.4] %s is an alert as soon as %s is written', async (rule, event, details) => {
    const events = app.nest.get(SecurityEvents, { strict: false });

    const alerts = await play(async () => {
      events.write(event, details, null);
      events.write(event, details, null);
    });

    expect(alerts.map((alert) => alert.rule)).toEqual([rule]);
  });
});

describe('an operator', () => {
  it('[P8.4] who knows the traffic moves a threshold, and only of what counts', async () => {
    const environment = { ...ATTACKED_ENVIRONMENT, DETECTION_THRESHOLDS: 'failed-authentication-address:5' };
    const own = await createTestApp({ environment });
    const attack = () => times(6, () => at(own, '203.0.113.77').withToken('guess').get('/v2/customers'));

    const alerts = await play(attack, own);
    const ordinary = await play(() =>
      times(6, () => at(app, '203.0.113.77').withToken('guess').get('/v2/customers')),
    );

    expect(alerts).toEqual([expect.objectContaining({ rule: 'failed-authentication-address', count: 5 })]);
    expect(ordinary).toEqual([]);
    await own.stop();
  });

  it('[P8.4] cannot make an alarm wait for its second time', async () => {
    const environment = { DETECTION_THRESHOLDS: 'token-reuse:2' };

    await expect(createTestApp({ environment })).rejects.toThrow(/DETECTION_THRESHOLDS/);
  });
});

describe('the cool-down', () => {
  it('[P8.4] keeps the same quiet for a while, and no longer', async () => {
    const attack = () => times(25, () => at(app, '203.0.113.9').withToken('guess').get('/v2/customers'));
    const first = await play(attack);
    app.clock.advanceSeconds(1800);
    const during = await play(attack);
    app.clock.advanceSeconds(3600);
    const after = await play(attack);

    expect([first, during, after].map(({ length }) => length)).toEqual([1, 0, 1]);
  });

  it('[P8.4] holds for all instances, so that each attack is told once', async () => {
    const second = await createTestApp({ besides: app, clock: app.clock, ...OPTIONS });

    const alerts = await play(async () => {
      await times(25, () => at(app, '203.0.113.77').withToken('guess').get('/v2/customers'));
      await times(25, () => at(second, '203.0.113.77').withToken('guess').get('/v2/customers'));
      await alertsOf(second);
    });

    expect(alerts.map(({ rule }) => rule)).toEqual(['failed-authentication-address']);
    await second.stop();
  });
});

describe('without the defence', () => {
  it('[P6.4] counter-proof: a revoked key is tried again and again, and nobody is told', async () => {
    const blind = await createTestApp({ besides: app, ...OPTIONS, removal: without('detection') });
    const owner = await person();
    const { key, id } = await aKeyOf(owner);
    await owner.send('DELETE', `/v2/api-keys/${id}`);
    const before = linesSoFar();

    await times(3, () => withKey(blind, key).get('/v2/customers'));

    expect(await alertsOf(blind, before)).toEqual([]);
    await blind.stop();
  });

  it('[P8.4] counter-proof: nobody hears of an attack that the log is full of', async () => {
    const blind = await createTestApp({ besides: app, ...OPTIONS, removal: without('detection') });
    const before = linesSoFar();

    await times(50, () => at(blind, '203.0.113.3').withToken('guess').get('/v2/customers'));

    expect(await alertsOf(blind, before)).toEqual([]);
    expect(
      app.log.all.slice(before).filter((line) => line['securityEvent'] === 'authn_login_fail'),
    ).toHaveLength(50);
    await blind.stop();
  });
});
