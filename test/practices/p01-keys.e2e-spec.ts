import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: tokens under a withdrawn key, floods of invented key ids that make the API flood
 * its issuer, and an issuer that is away.
 */

let app: TestApp;

beforeEach(async () => {
  app = await createTestApp();
});
afterEach(() => app.stop());
afterAll(() => undefined);

async function statusOfCall(): Promise<number> {
  return (await (await app.as()).get('/v2/customers')).status;
}

describe('the signing keys', () => {
  it('[P1.4] roll over without a restart', async () => {
    const before = await statusOfCall();
    await app.issuer.rotateKey();
    app.clock.advanceSeconds(31);

    const after = await statusOfCall();

    expect([before, after]).toEqual([200, 200]);
    expect(app.issuer.keyFetches).toBe(2);
  });

  it('[P1.4] are fetched once, however many first requests wait for them', async () => {
    const caller = await app.as();

    const responses = await Promise.all(Array.from({ length: 50 }, () => caller.get('/v2/customers')));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(app.issuer.keyFetches).toBe(1);
  });

  it('[P1.4] are not fetched again by a flood of invented key ids', async () => {
    await statusOfCall();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => app.issuer.token({ header: { kid: `invented-${index}` } })),
    );

    await Promise.all(tokens.map((token) => app.api.withToken(token).get('/v2/customers')));

    expect(app.issuer.keyFetches).toBe(1);
  });

  it('[P1.4] that were withdrawn are refused at the latest after their maximum age, also for a token seen before', async () => {
    const caller = await app.as();
    const before = await caller.get('/v2/customers');
    await app.issuer.rotateKey({ withdrawOld: true });
    app.clock.advanceSeconds(598);
    const within = await caller.get('/v2/customers');
    app.clock.advanceSeconds(3);

    const after = await caller.get('/v2/customers');

    expect([before.status, within.status, after.status]).toEqual([200, 200, 401]);
    expect(app.log.events(after.requestId)).toMatchObject([{ reason: 'signature' }]);
  });

  it('[P1.4] that are too short, or meant for encryption, verify nothing', async () => {
    const weak = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
    const encryption = { ...(await exportJWK(weak.publicKey)), kid: 'encryption', use: 'enc' };
    app.issuer.publish(encryption);

    const token = await app.issuer.token({ header: { kid: 'encryption' }, key: weak.privateKey });
    const response = await app.api.withToken(token).get('/v2/customers');

    expect(response.status).toBe(401);
  });

  it('[P1.4] that are shorter than the operator wants verify nothing', async () => {
    const strict = await createTestApp({ besides: app, environment: { OIDC_MIN_RSA_BITS: '3072' } });
    const long = await generateKeyPair('RS256', { modulusLength: 3072, extractable: true });
    app.issuer.publish({ ...(await exportJWK(long.publicKey)), kid: 'long', use: 'sig' });
    const statusWith = async (token: string): Promise<number> =>
      (await strict.api.withToken(token).get('/v2/customers')).status;

    const ordinary = await statusWith(await app.issuer.token());
    const stronger = await statusWith(
      await app.issuer.token({ header: { kid: 'long' }, key: long.privateKey }),
    );
    await strict.stop();

    expect([ordinary, stronger]).toEqual([401, 200]);
  });

  it('[P1.4] stay in use for a while when the issuer is away, and no longer', async () => {
    await statusOfCall();
    app.issuer.isDown = true;
    app.clock.advanceSeconds(601);
    const fresh = (): Promise<string> =>
      app.issuer.token({ claims: { iat: app.clock.nowSeconds(), exp: app.clock.nowSeconds() + 600 } });
    const during = await app.api.withToken(await fresh()).get('/v2/customers');
    app.clock.advanceSeconds(3600);

    const after = await app.api.withToken(await fresh()).get('/v2/customers');

    expect(during.status).toBe(200);
    expect(after).toMatchObject({ status: 503, body: { code: 'auth.issuer_unavailable' } });
    expect(after.headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(after.body)).not.toContain('127.0.0.1');
  });

  it('[P1.4] an issuer that was away at the start is found with a later request', async () => {
    app.issuer.isDown = true;
    const second = await createTestApp({ besides: app });
    const call = async (): Promise<number> =>
      (await second.api.withToken(await app.issuer.token()).get('/v2/customers')).status;
    const away = await call();
    app.issuer.isDown = false;
    second.clock.advanceSeconds(31);

    const back = await call();

    expect([away, back]).toEqual([503, 200]);
    await second.stop();
  });

  it('[P1.4] counter-proof: without the refetch cool-down, invented key ids reach the issuer', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('key refetch cool-down') });
    const fetchesBefore = app.issuer.keyFetches;

    for (let index = 0; index < 5; index += 1) {
      undefended.clock.advanceSeconds(1);
      const token = await app.issuer.token({ header: { kid: `invented-${index}` } });
      await undefended.api.withToken(token).get('/v2/customers');
    }

    expect(app.issuer.keyFetches - fetchesBefore).toBe(5);
    await undefended.stop();
  });
});
