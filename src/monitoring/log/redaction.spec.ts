import { describe, expect, it } from 'vitest';
import { REDACTED, redact, redactText } from './redaction.js';

/** In two parts, so that no scanner takes it for a key. */
const PRIVATE_KEY = ['PRIVATE', 'KEY'].join(' ');

describe('a value that is logged', () => {
  it.each([
    'password',
    'Authorization',
    'proxy-authorization',
    'set-cookie',
    'X-API-Key',
    'client_secret',
    'refreshToken',
    'apiKey',
    'privateKey',
    'taxId',
    'email',
    'phone',
    'DATABASE_URL',
    'api_key_peppers',
    'codeVerifier',
    'otp',
    'pin',
    'jwt',
    'firstName',
    'dateOfBirth',
    'mobile',
  ])('[P8.2] says nothing under the name %s, however deep', (name) => {
    const logged = redact({ [name]: 'hunter2', a: [{ b: { [name]: { inside: 'hunter2' } } }] });

    expect(JSON.stringify(logged)).not.toContain('hunter2');
  });

  it('keeps what the log is for', () => {
    const line = {
      subject: 'auth0|alice@example.com',
      clientId: 'shop',
      credentialId: 'token-4711',
      tenantId: 'acme',
      route: '/v2/customers/:id',
      oldSecretUntil: '2026-01-01T00:00:00.000Z',
      keyId: '0123456789abcdefABCDEF',
      scopes: ['customers:read'],
      at: new Date(0),
      reason: null,
      status: 200,
      hasToken: true,
      code: 'rate_limit.exceeded',
      rule: 'token-reuse',
      granted: ['api-keys:write', 'customers:read'],
      authorizationOutcome: 'allowed',
      sessionCookieName: 'session',
      phoneCount: 2,
      unnotes: 'x',
    };

    expect(redact(line)).toEqual(line);
  });

  it('of an error are type, message, place and cause, and not what a library has hung on it', () => {
    const cause = Object.assign(new TypeError('inside'), { config: { url: 'hunter2' } });
    const error = Object.assign(new Error('outside', { cause }), { detail: 'Key (email)=(hunter2)' });

    const logged = redact({ err: error }) as { err: Record<string, unknown> };

    expect(logged.err).toMatchObject({ name: 'Error', message: 'outside' });
    expect(logged.err['cause']).toMatchObject({ name: 'TypeError', message: 'inside' });
    expect(JSON.stringify(logged)).not.toContain('hunter2');
  });

  it.each(['subject', 'owner', 'clientId', 'credentialId', 'tenantId', 'about'])(
    'keeps who it was, also of issuers that take the e-mail address for it: %s',
    (name) => {
      expect(redact({ [name]: 'alice@example.com' })).toEqual({ [name]: 'alice@example.com' });
    },
  );

  it('[P8.2] says nothing of what lies under the name of an identifier', () => {
    expect(redact({ subject: { password: 'hunter2' } })).toEqual({ subject: { password: REDACTED } });
  });

  it('[P8.2] says whether there is a secret, where it is said with a yes or no', () => {
    const line = { password: null, token: undefined, secret: true, email: 0 };

    expect(redact(line)).toEqual({ password: null, token: undefined, secret: true, email: REDACTED });
  });

  it('[P8.2] is a copy without what is no data', () => {
    const value = {
      run: () => 'hunter2',
      sign: Symbol('hunter2'),
      bytes: Buffer.from('hunter2'),
      map: new Map<unknown, unknown>([
        ['password', 'hunter2'],
        [1, 'one'],
      ]),
    };

    expect(redact(value)).toEqual({
      run: undefined,
      sign: undefined,
      bytes: '[binary]',
      map: { password: REDACTED, 1: 'one' },
    });
  });

  it('ends at a depth, a number of entries and a length', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : { a: nested(depth - 1) });
    const listed = (depth: number): unknown => (depth === 0 ? 'x' : [listed(depth - 1)]);

    expect(JSON.stringify(redact(nested(9)))).toContain('{"a":"[deeper]"}');
    expect(JSON.stringify(redact(listed(9)))).toContain('["[deeper]"]');
    expect(redact(Array.from({ length: 101 }, () => 1))).toHaveLength(100);
    expect(Object.keys(redact(Object.fromEntries(Object.entries('x'.repeat(101)))) as object)).toHaveLength(
      100,
    );
    expect(redact('x'.repeat(4096))).toBe('x'.repeat(4096));
    expect(redact('x'.repeat(4097))).toBe(`${'x'.repeat(4096)}…`);
  });

  it('is bounded in depth, length and number, and ends for a ring', () => {
    const ring: Record<string, unknown> = { text: 'x'.repeat(1_000_000) };
    ring['self'] = ring;
    ring['many'] = Array.from({ length: 100_000 }, () => 'entry');

    expect(JSON.stringify(redact(ring)).length).toBeLessThan(100_000);
  });
});

describe('a text that is logged', () => {
  it.each([
    ['a token', `it was eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2 then`],
    ['a token that was cut off', 'eyJhbGciOiJSUzI1NiJ9.hunter2'],
    ['Authorization', 'authorization: Bearer hunter2-hunter2'],
    ['Basic credentials', 'Basic aHVudGVyMjpodW50ZXIy=hunter2'],
    ['an API key', `sar_live_hunter2hunter2hunter2_${'x'.repeat(49)}`],
    ['credentials in a URL', 'connect postgresql://user:hunter2@db.internal:5432/x failed'],
    ['a query', 'GET https://example.com/callback?code=hunter2&state=x failed'],
    ['a private key', `-----BEGIN ${PRIVATE_KEY}-----\nhunter2\n-----END ${PRIVATE_KEY}-----`],
    ['a private key that was cut off', `-----BEGIN RSA ${PRIVATE_KEY}-----\nhunter2`],
    ['a private key under its name', `privateKey: -----BEGIN ${PRIVATE_KEY}-----\nhunter2`],
    ['an e-mail address', 'Key (email)=(hunter2@example.com) already exists'],
    ['the row of an index', 'Key (tenant_id, lower(tax_id))=(acme, (hunter2)) already exists.'],
    ['the row of an index that was cut off', 'Key (tax_id)=(hunter2'],
    ['a row that was refused', 'Failing row contains (1, acme, hunter2, null).'],
    ['a password of a connection', 'connect host=db password=hunter2,hunter2; user=api'],
    ['a password of a line', 'refused: password: hunter2'],
    ['a form', 'grant_type=refresh_token&refresh_token=hunter2&client_id=shop'],
    ['a form that begins with it', 'client_secret=hunter2&client_id=shop'],
    ['a code', '/auth/callback?code=hunter2&iss=x'],
    ['a code in a form', 'grant_type=authorization_code&code=hunter2&code_verifier=hunter2'],
    ['a code that comes first', 'code=hunter2&grant_type=authorization_code'],
    ['a header', 'x-api-key: hunter2'],
    ['Authorization of an unknown scheme', 'authorization: Digest username=a, response=hunter2, nc=1'],
    ['Cookie', 'cookie: a=1; __Host-session=hunter2; b=2'],
    ['Cookie with blanks', 'cookie  :  a=1; b=hunter2'],
    ['Set-Cookie', 'set-cookie: __Host-session=hunter2; Path=/'],
    ['JSON', '{"id": 1, "password": "hun\\"hunter2", "x": 2}'],
    ['JSON that was cut off', '{"access_token":"hunter2 hunter2'],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ clientSecret: 'a "hunter2" b' }) })],
    ['a list in JSON', '{"tokens": ["a", "hunter2"], "x": 1}'],
    ['what Node prints of an object', "{ headers: { 'x-api-key': 'hunter2 hunter2', cookie: 'a=hunter2' } }"],
    ['a one-time password', 'otp=hunter2'],
    ['a person in JSON', '{"status":"active","taxId":"hunter2","date_of_birth":"hunter2"}'],
  ])('[P8.2] has lost %s', (_what, text) => {
    expect(redactText(text)).not.toContain('hunter2');
    expect(redactText(text)).toContain(REDACTED);
  });

  // Each is caught by one rule alone, and nothing around it is lost.
  it.each([
    ['connect amqp://user:hunter2@localhost/x failed', `connect amqp://${REDACTED}@localhost/x failed`],
    ['redis://:hunter2@[::1]:6379 is away', `redis://${REDACTED}@[::1]:6379 is away`],
    [
      'GET https://example.com/list?name=hunter2#top failed',
      `GET https://example.com/list?${REDACTED}#top failed`,
    ],
    ['to hunter2.b+c@mail.example.co.uk: refused', `to ${REDACTED}: refused`],
    ['to hunter2@example.com, too', `to ${REDACTED}, too`],
    ['sent Bearer  hunter2 there', `sent Bearer ${REDACTED} there`],
    ['an eyJhbGciOiJSUzI1NiJ9.aaaa.bbbb.cccc.hunter2 with five parts', `an ${REDACTED} with five parts`],
    [
      `-----BEGIN ${PRIVATE_KEY}-----\nhunter2\n-----END ${PRIVATE_KEY}----- and more`,
      `${REDACTED} and more`,
    ],
    ['Key (a, b)=(1, hunter2) already exists.', `Key (a, b)=(${REDACTED}) already exists.`],
    ['Key (a)=(hunter2', `Key (a)=(${REDACTED})`],
    ['row contains (1, hunter2, null) here', `row contains (${REDACTED}) here`],
    ['row contains (1, hunter2', `row contains (${REDACTED})`],
    ['&code=hunter2&x=1', `&code=${REDACTED}&x=1`],
  ])('[P8.2] has lost only the secret: %s', (text, left) => {
    expect(redactText(text)).toBe(left);
  });

  it.each([
    '{"status":"active","count":"2"}',
    'customers:read',
    'TLSv1.3 to 10.0.0.1:5432',
    'basically nothing',
    '12:30 @ noon',
    'http://',
    'api-keys:write',
    'the refresh token was used by somebody else',
    'token_type=DPoP',
    'no connection: code=ECONNREFUSED',
    'UPDATE api_keys SET secret_hash = $1 WHERE id = $2',
    'mapping: 1',
    'at verifyAccessToken (file:/srv/dist/auth/tokens/verify-access-token.js:12:3)',
    'Mapped {/v2/api-keys/:id, GET} (version: 2) route',
    'Key (id) is not there',
  ])('[P8.2] is left as it is: %s', (text) => expect(redactText(text)).toBe(text));

  it('turns neither a terminal nor the reading direction', () => {
    expect(redactText('a\u009b31mb\u202ec\u2028d')).toBe('a\uFFFD31mb\uFFFDc\uFFFDd');
  });

  it.each([
    'a'.repeat(1_000_000),
    'a@'.repeat(500_000),
    'a:'.repeat(500_000),
    'http://'.repeat(100_000),
    'eyJ'.repeat(300_000),
    'token'.repeat(200_000),
    'token='.repeat(200_000),
    'token:"'.repeat(200_000),
    `token=${'\\'.repeat(1_000_000)}`,
    `cookie: ${'\\"'.repeat(500_000)}`,
    'Key ('.repeat(200_000),
    'Key (a)=('.repeat(200_000),
    'code='.repeat(200_000),
    '"email'.repeat(200_000),
  ])('[P8.2] costs little however it is made (%#)', (text) => {
    const before = process.cpuUsage();

    redactText(text);

    expect(process.cpuUsage(before).user / 1000).toBeLessThan(200);
  });
});
