import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/create-app.js';
import { alertsOf, at, ATTACKED_ENVIRONMENT, times } from '../support/alerts.js';
import { aKeyOf, aPerson, from, withKey } from '../support/api-keys.js';
import { geoipFile, inCountry } from '../support/geoip-file.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The country of a caller out of a database of addresses, where no proxy says it. What is noticed about
 * countries is the same for both sources: see p08-detection.
 */

const COUNTRIES = {
  '192.0.2.0/25': inCountry('DE'),
  '192.0.2.128/25': inCountry('KP'),
  '198.51.100.0/24': inCountry('DE'),
  '203.0.113.0/24': inCountry('KP'),
  '2001:db8:1::/48': inCountry('DE'),
  '2001:db8:2::/48': inCountry('KP'),
  '100.64.0.0/10': inCountry('ZZ'),
  '192.88.99.0/24': Buffer.of(0, 0),
};

let folder: string;
let app: TestApp;
let people = 0;

const inFolder = (name: string): string => path.join(folder, name);
const withFile = (name: string) => ({
  ...ATTACKED_ENVIRONMENT,
  DETECTION_COUNTRY_HEADER: undefined,
  DETECTION_GEOIP_FILE: inFolder(name),
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'secure-api-countries-'));
  await writeFile(inFolder('countries.mmdb'), geoipFile(COUNTRIES));
  app = await createTestApp({ environment: withFile('countries.mmdb') });
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  // Every cool-down is over.
  app.clock.advanceSeconds(2 * 86_400);
});

/** Somebody new, with a token that works from everywhere. */
async function traveller(on: TestApp = app) {
  people += 1;
  const sub = `traveller-${people}`;
  const now = app.clock.nowSeconds();
  const token = await app.issuer.token({
    claims: { iat: now, exp: now + 600, sub, scope: 'customers:read' },
  });
  const call = (address: string) => at(on, address).withToken(token).get('/v2/customers');
  return { about: `subject:${sub}`, call };
}

/** Does something and gives the alerts of it. */
async function play(act: () => Promise<unknown>, on: TestApp = app) {
  const before = on.log.all.length;
  await act();
  const alerts = await alertsOf(on, before);
  return alerts.map(({ rule, about }) => `${rule} ${about}`).toSorted();
}

describe('with a database of countries', () => {
  it('[P8.4] a token that is used from another country is told once, and from another address of the same not', async () => {
    const { about, call } = await traveller();

    const atHome = await play(() => times(3, () => call('198.51.100.7')));
    const elsewhere = await play(() => times(3, () => call('192.0.2.7')));
    const abroad = await play(() => times(3, () => call('203.0.113.7')));
    const again = await play(() => times(3, () => call('203.0.113.8')));

    expect({ atHome, elsewhere, abroad, again }).toEqual({
      atHome: [],
      elsewhere: [`new-network ${about}`],
      abroad: [`new-country ${about}`, `new-network ${about}`],
      again: [],
    });
  });

  it('[P8.4] another country is noticed within a network that is known', async () => {
    const { about, call } = await traveller();
    await call('192.0.2.7');

    expect(await play(() => times(3, () => call('192.0.2.200')))).toEqual([`new-country ${about}`]);
  });

  it('[P8.4] an API key is told, too', async () => {
    const { key, id } = await aKeyOf(await aPerson(app));
    await withKey(app, key, from('198.51.100.7')).get('/v2/customers');

    const alerts = await play(() =>
      times(3, () => withKey(app, key, from('203.0.113.7')).get('/v2/customers')),
    );

    expect(alerts).toEqual([`new-country key:${id}`, `new-network key:${id}`]);
  });

  it.each([
    ['of IPv6', '2001:db8:2::7'],
    ['of IPv4 in the notation of IPv6', '::ffff:203.0.113.7'],
    ['with a port', '203.0.113.7:50000'],
  ])('[P8.4] another country is noticed by an address %s', async (_name, address) => {
    const { about, call } = await traveller();
    await call('2001:db8:1::7');

    const alerts = await play(() => call(address));

    expect(alerts).toEqual([`new-country ${about}`, `new-network ${about}`]);
  });

  it.each([
    ['an unknown network', '233.252.0.7'],
    ['an unknown network of IPv6', '2001:db8:3::7'],
    ['a network of no country', '100.64.0.7'],
    ['a network whose entry is damaged', '192.88.99.7'],
    ['what is no address', 'unknown'],
    ['half an address', '198.51'],
  ])('[P8.4] %s is in no country, and nobody is told of one', async (_name, address) => {
    const { about, call } = await traveller();
    await call('198.51.100.7');

    expect(await play(() => call(address))).toEqual([`new-network ${about}`]);
  });

  it('[P8.4] an address that a caller names without being the proxy is in no country', async () => {
    await writeFile(inFolder('loopback.mmdb'), geoipFile({ ...COUNTRIES, '127.0.0.0/8': inCountry('DE') }));
    const direct = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: { ...withFile('loopback.mmdb'), HTTP_SERVER_TRUSTED_PROXIES: undefined },
    });
    const { call } = await traveller(direct);
    await call('198.51.100.7');

    const alerts = await play(() => call('203.0.113.7'), direct);
    await direct.stop();

    expect(alerts).toEqual([]);
  });

  it('[P8.4] a database of IPv4 alone says nothing of IPv6', async () => {
    // The first bits of 2001:db8:: read as IPv4.
    const file = geoipFile({ '198.51.100.0/24': inCountry('DE'), '32.1.13.0/24': inCountry('KP') }, 4);
    await writeFile(inFolder('ipv4.mmdb'), file);
    const old = await createTestApp({ besides: app, clock: app.clock, environment: withFile('ipv4.mmdb') });
    const { about, call } = await traveller(old);
    await call('198.51.100.7');

    const alerts = await play(() => call('2001:db8:1::7'), old);
    const abroad = await play(() => call('32.1.13.7'), old);
    await old.stop();

    expect({ alerts, abroad }).toEqual({
      alerts: [`new-network ${about}`],
      abroad: [`new-country ${about}`, `new-network ${about}`],
    });
  });

  it('[P8.4] counter-proof: without detection nobody hears of the journey', async () => {
    const blind = await createTestApp({
      besides: app,
      clock: app.clock,
      environment: withFile('countries.mmdb'),
      removal: without('detection'),
    });
    const { about, call } = await traveller(blind);
    const before = app.log.all.length;

    await times(3, () => call('198.51.100.7'));
    await times(3, () => call('203.0.113.7'));

    expect(await alertsOf(blind, before)).toEqual([]);
    expect(app.log.all.slice(before)).toContainEqual(
      expect.objectContaining({ securityEvent: 'origin_anomaly', kind: 'new_country', id: about.slice(8) }),
    );
    await blind.stop();
  });
});

describe('the start is refused', () => {
  const start = (environment: Record<string, string | undefined>) => () =>
    readConfiguration({ ...app.environment, ...environment });

  it('[P8.4] when the database is not there, or is a folder', () => {
    const fault = 'DETECTION_GEOIP_FILE names a file that cannot be read';

    expect(start(withFile('missing.mmdb'))).toThrow(fault);
    expect(start({ DETECTION_GEOIP_FILE: folder })).toThrow(fault);
  });

  it.each([
    ['an empty file', () => Buffer.alloc(0)],
    ['a text', () => Buffer.from('network,country\n198.51.100.0/24,DE\n')],
    ['a compressed database', () => gzipSync(geoipFile(COUNTRIES))],
    ['a database that was cut off', () => geoipFile(COUNTRIES).subarray(0, -50)],
    ['a database that was cut off before its description', () => geoipFile(COUNTRIES).subarray(0, -250)],
    ['a database of providers', () => geoipFile({ '198.51.100.0/24': { organization: 'an-isp' } })],
    ['a database of nothing', () => geoipFile({})],
  ])('[P8.4] when the file is %s', async (_name, content) => {
    await writeFile(inFolder('wrong.mmdb'), content());

    expect(start(withFile('wrong.mmdb'))).toThrow(
      'DETECTION_GEOIP_FILE names a file that is no MaxMind database with country.iso_code of IPv4 networks',
    );
  });

  it('[P8.4] when a header is to be believed as well', () => {
    expect(start({ ...withFile('countries.mmdb'), DETECTION_COUNTRY_HEADER: 'x-country' })).toThrow(
      'DETECTION_GEOIP_FILE and DETECTION_COUNTRY_HEADER exclude each other',
    );
  });
});
