import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiResponse } from '../support/api-client.js';
import { TEST_AUDIENCE } from '../support/environment.js';
import { TestIssuer, type TokenOptions } from '../support/issuer.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without, type Defence } from '../support/without.js';

/*
 * The attack: a token that was not made for this API, by this issuer, for this moment. Forged,
 * re-signed, borrowed from another API, an ID token, expired, eternal, or from the future.
 */

const now = (): number => Math.floor(Date.now() / 1000);

let app: TestApp;
let strangersKey: CryptoKey;

beforeAll(async () => {
  app = await createTestApp();
  strangersKey = (await generateKeyPair('RS256')).privateKey;
});
afterAll(() => app.stop());

async function callWith(target: TestApp, options: TokenOptions): Promise<ApiResponse> {
  return target.api.withToken(await target.issuer.token(options)).get('/v2/customers');
}

function expectRefusal(response: ApiResponse, reason: string): void {
  expect(response.status).toBe(401);
  expect(response.body.code).toBe('auth.invalid_token');
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"');
  expect(app.log.events(response.requestId)).toMatchObject([{ securityEvent: 'authn_login_fail', reason }]);
}

describe('a token of the issuer', () => {
  it('[P1.4] is accepted when everything about it is right', async () => {
    const response = await callWith(app, {});

    expect(response.status).toBe(200);
    expect(response.body).toEqual({ data: [], nextCursor: null });
  });

  it('[P1.4] is accepted with several audiences, and with the type written as a media type', async () => {
    const audiences = await callWith(app, { claims: { aud: ['https://other.example', TEST_AUDIENCE] } });
    const mediaType = await callWith(app, { header: { typ: 'application/AT+JWT' } });

    expect([audiences.status, mediaType.status]).toEqual([200, 200]);
  });
});

const refusals: [what: string, reason: string, options: () => TokenOptions][] = [
  ['one signed by somebody else under the same key id', 'signature', () => ({ key: strangersKey })],
  ['one with an unknown key id', 'signature', () => ({ header: { kid: 'invented' } })],
  ['one without a key id', 'signature', () => ({ header: { kid: undefined } })],
  ['an ID token', 'type', () => ({ header: { typ: 'JWT' }, claims: { nonce: 'n' } })],
  ['one without a type', 'type', () => ({ header: { typ: undefined } })],
  ['one of another issuer', 'issuer', () => ({ claims: { iss: 'https://elsewhere.example' } })],
  ['one whose issuer differs by a slash', 'issuer', () => ({ claims: { iss: `${app.issuer.url}/` } })],
  ['one for another API', 'audience', () => ({ claims: { aud: 'https://other.example' } })],
  ['one without an audience', 'audience', () => ({ claims: { aud: undefined } })],
  ['an expired one', 'expired', () => ({ claims: { iat: now() - 700, exp: now() - 100 } })],
  ['one without an expiry', 'missing_claim', () => ({ claims: { exp: undefined } })],
  ['one whose expiry is text', 'missing_claim', () => ({ claims: { exp: '9999999999' } })],
  ['one without a time of issue', 'missing_claim', () => ({ claims: { iat: undefined } })],
  ['one from the future', 'issued_in_the_future', () => ({ claims: { iat: now() + 60, exp: now() + 300 } })],
  ['one that is not valid yet', 'not_yet_valid', () => ({ claims: { nbf: now() + 60 } })],
  ['one without a subject', 'subject', () => ({ claims: { sub: undefined } })],
  ['one whose subject holds a line break', 'subject', () => ({ claims: { sub: 'a\nb' } })],
  ['one without a tenant', 'tenant', () => ({ claims: { tenant: undefined } })],
  ['one with an empty tenant', 'tenant', () => ({ claims: { tenant: '' } })],
];

describe('the API refuses', () => {
  it.each(refusals)('[P1.4] %s', async (_what, reason, options) => {
    const response = await callWith(app, options());

    expectRefusal(response, reason);
  });

  it('[P1.4] an unsigned token (alg none)', async () => {
    const [, claims] = (await app.issuer.token()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');

    const response = await app.api.withToken(`${header}.${claims}.`).get('/v2/customers');

    expectRefusal(response, 'signature');
  });

  it('[P1.4] a token signed with the public key as an HMAC secret', async () => {
    const token = await app.issuer.token();
    const [header = '', claims] = token.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const keySet = (await (await fetch(app.issuer.keySetUrl)).json()) as { keys: Record<string, string>[] };
    const pem = await exportSPKI(await importJWK(keySet.keys[0] as never, 'RS256', { extractable: true }));
    const forgedHeader = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString(
      'base64url',
    );
    const signature = createHmac('sha256', pem).update(`${forgedHeader}.${claims}`).digest('base64url');

    const response = await app.api.withToken(`${forgedHeader}.${claims}.${signature}`).get('/v2/customers');

    expectRefusal(response, 'signature');
  });

  it('[P1.4] a token that brings its key along, or says where that lies, and asks nobody there', async () => {
    const forger = await TestIssuer.start();
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'mine', use: 'sig', alg: 'RS256' };
    forger.publish(jwk);
    const headers = [{ jwk }, { jku: forger.keySetUrl }, { x5u: forger.keySetUrl }];

    for (const header of [...headers, ...headers.map((one) => ({ ...one, kid: 'mine' }))]) {
      expectRefusal(await callWith(app, { header, key: privateKey }), 'signature');
    }
    expect(forger.keyFetches).toBe(0);
    await forger.stop();
  });

  it('[P1.4] a token whose claims were changed after it was signed', async () => {
    const [header, claims = '', signature] = (await app.issuer.token()).split('.');
    const changed = JSON.stringify({
      ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
      tenant: 'globex',
    });

    const token = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    const response = await app.api.withToken(token).get('/v2/customers');

    expectRefusal(response, 'signature');
  });

  it('[P1.4] a token that it accepted before, once it has expired', async () => {
    const own = await createTestApp();
    const caller = await own.as();
    const before = await caller.get('/v2/customers');
    own.clock.advanceSeconds(606);

    const after = await caller.get('/v2/customers');

    expect([before.status, after.status]).toEqual([200, 401]);
    expect(own.log.events(after.requestId)).toMatchObject([{ reason: 'expired' }]);
    await own.stop();
  });

  it('[P1.1] a token that lives longer than the maximum, whoever issued it', async () => {
    const response = await callWith(app, { claims: { exp: now() + 3600 } });

    expectRefusal(response, 'lifetime_too_long');
  });

  it('[P1.1] a maximum lifetime outside 5 to 15 minutes, at start-up', async () => {
    for (const seconds of ['299', '901', '86400']) {
      const start = createTestApp({
        besides: app,
        environment: { OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS: seconds },
      });

      await expect(start).rejects.toThrow(
        'OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS is not between 300 and 900',
      );
    }
  });

  it('[P1.4] a request without a credential, and names no fault in it (RFC 6750 §3)', async () => {
    const response = await app.api.get('/v2/customers');

    expect(response.status).toBe(401);
    expect(response.body.code).toBe('auth.credentials_missing');
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
  });

  it('[P1.4] a token in the URL', async () => {
    const token = await app.issuer.token();

    const response = await app.api.get(`/v2/customers?access_token=${token}`);

    expectRefusal(response, 'credential_in_url');
    expect(app.log.text).not.toContain(token);
  });

  it('[P1.4] two credentials in one request', async () => {
    const token = await app.issuer.token();
    const caller = app.api.withToken(token);

    const inUrlToo = await caller.get(`/v2/customers?access_token=${token}`);
    const twoHeaders = await sendRaw(
      app.url,
      `GET /v2/customers HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nauthorization: Bearer x\r\nConnection: close\r\n\r\n`,
    );

    expect(inUrlToo).toMatchObject({ status: 400, body: { code: 'auth.multiple_credentials' } });
    expect(inUrlToo.headers.get('www-authenticate')).toContain('error="invalid_request"');
    expect(twoHeaders).toContain('HTTP/1.1 400 Bad Request');
    expect(twoHeaders).toContain('auth.multiple_credentials');
  });
});

describe('an issuer that cannot mark access tokens', () => {
  const types = { OIDC_ACCESS_TOKEN_TYPES: 'at+jwt,JWT' };
  const header = { typ: 'JWT' };

  it('[P1.4] is served by setting, and ID tokens stay refused by their other marks', async () => {
    const lenient = await createTestApp({ environment: types });
    const accessToken = await callWith(lenient, { header });
    const marks = [
      { nonce: 'n' },
      { at_hash: 'h' },
      { typ: 'ID' },
      { token_use: 'id' },
      { scope: undefined },
      { azp: TEST_AUDIENCE, client_id: undefined },
    ];
    const idTokens = await Promise.all(marks.map((claims) => callWith(lenient, { header, claims })));

    expect(accessToken.status).toBe(200);
    expect(idTokens.map(({ status }) => status)).toEqual(marks.map(() => 401));
    await lenient.stop();
  });
});

describe('with the defence out, the attack lands', () => {
  async function statusWithout(defence: Defence, options: TokenOptions): Promise<number> {
    const undefended = await createTestApp({ besides: app, removal: without(defence) });
    const response = await callWith(undefended, options);
    await undefended.stop();
    return response.status;
  }

  const forgeries: [defence: Defence, options: () => TokenOptions][] = [
    ['token signature', () => ({ key: strangersKey })],
    ['token type', () => ({ header: { typ: 'JWT' }, claims: { nonce: 'n' } })],
    ['token issuer', () => ({ claims: { iss: 'https://elsewhere.example' } })],
    ['token audience', () => ({ claims: { aud: 'https://other.example' } })],
    ['token times', () => ({ claims: { iat: now() - 700, exp: now() - 100 } })],
  ];

  it.each(forgeries)('[P1.4] counter-proof: without the check of %s', async (defence, options) => {
    expect(await statusWithout(defence, options())).toBe(200);
  });

  it('[P1.1] counter-proof: without the limit, a token that lives an hour is accepted', async () => {
    expect(await statusWithout('token lifetime', { claims: { exp: now() + 3600 } })).toBe(200);
  });

  it('[P1.4] counter-proof: without the single credential, a second one is ignored', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('single credential') });
    const token = await app.issuer.token();

    const answer = await sendRaw(
      undefended.url,
      `GET /v2/customers HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nauthorization: Bearer x\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toContain('HTTP/1.1 200 OK');
    await undefended.stop();
  });
});
