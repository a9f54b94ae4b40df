import { describe, expect, it } from 'vitest';
import type { Claims } from './claims.js';
import { verifyAccessToken, type AccessTokenRules, type RefusalReason } from './verify-access-token.js';

const NOW = 1_800_000_000;
const TOLERANCE = 5;
const LIFETIME = 600;

const RULES: AccessTokenRules = {
  issuer: 'https://id.example',
  audience: 'https://api.example',
  accessTokenTypes: ['at+jwt'],
  algorithms: ['RS256', 'ES256'],
  accessTokenMaxLifetimeSeconds: LIFETIME,
  clockToleranceSeconds: TOLERANCE,
  tenantClaim: 'tenant',
  scopesClaim: 'scope',
  rolesClaim: 'realm_access.roles',
};
/** For issuers that cannot say `at+jwt`. */
const PLAIN_RULES: AccessTokenRules = { ...RULES, accessTokenTypes: ['at+jwt', 'JWT'] };

const HEADER = { typ: 'at+jwt', alg: 'RS256', kid: 'key-1' };
const PLAIN_HEADER = { ...HEADER, typ: 'JWT' };
const CLAIMS = {
  iss: RULES.issuer,
  aud: RULES.audience,
  sub: 'user-1',
  client_id: 'client-1',
  jti: 'token-1',
  iat: NOW,
  exp: NOW + 300,
  tenant: 'acme',
  scope: 'customers:read customers:write',
};

/** The reason of the refusal, or 'accepted'. */
function judge(header: Claims, claims: Claims, rules = RULES): RefusalReason | 'accepted' {
  const verdict = verifyAccessToken({ header, claims }, rules, NOW);
  return verdict.ok ? 'accepted' : verdict.reason;
}

const withClaims = (claims: Claims): string => judge(HEADER, { ...CLAIMS, ...claims });
const withPlain = (claims: Claims): string => judge(PLAIN_HEADER, { ...CLAIMS, ...claims }, PLAIN_RULES);

describe('an ordinary access token', () => {
  it('names its principal', () => {
    const claims = { ...CLAIMS, realm_access: { roles: ['admin', 'auditor'] } };

    const verdict = verifyAccessToken({ header: HEADER, claims }, RULES, NOW);

    expect(verdict).toEqual({
      ok: true,
      issuedAtSeconds: claims.iat,
      expiresAtSeconds: claims.exp,
      principal: {
        subject: 'user-1',
        tenantId: 'acme',
        clientId: 'client-1',
        credentialId: 'token-1',
        issuedAtSeconds: claims.iat,
        scopes: new Set(['customers:read', 'customers:write']),
        roles: new Set(['admin', 'auditor']),
      },
    });
  });

  it('may leave out client, token id, scopes and roles, which then are none', () => {
    const claims = { ...CLAIMS, client_id: undefined, jti: undefined, scope: undefined };

    const verdict = verifyAccessToken({ header: HEADER, claims }, RULES, NOW);

    const none = { clientId: null, credentialId: null, scopes: new Set(), roles: new Set() };
    expect(verdict).toMatchObject({ ok: true, principal: none });
  });

  it.each(['azp', 'cid'])('takes the client from %s where client_id is absent', (name) => {
    const claims = { ...CLAIMS, client_id: undefined, [name]: 'client-2' };

    const verdict = verifyAccessToken({ header: HEADER, claims }, RULES, NOW);

    expect(verdict).toMatchObject({ principal: { clientId: 'client-2' } });
  });
});

describe('the header', () => {
  it.each([
    ['at+jwt', 'accepted'],
    ['AT+JWT', 'accepted'],
    ['application/at+jwt', 'accepted'],
    ['Application/AT+JWT', 'accepted'],
    ['JWT', 'type'],
    ['jwt+at', 'type'],
    ['at+application/jwt', 'type'],
    ['application/application/at+jwt', 'type'],
    ['', 'type'],
    [undefined, 'type'],
    [['at+jwt'], 'type'],
  ])('with typ %j is judged: %s', (typ, outcome) => {
    expect(judge({ ...HEADER, typ }, CLAIMS)).toBe(outcome);
  });

  it.each([
    ['ES256', 'accepted'],
    ['RS512', 'algorithm'],
    ['rs256', 'algorithm'],
    ['HS256', 'algorithm'],
    ['none', 'algorithm'],
    [undefined, 'algorithm'],
    [['RS256'], 'algorithm'],
  ])('with alg %j is judged: %s', (alg, outcome) => {
    expect(judge({ ...HEADER, alg }, CLAIMS)).toBe(outcome);
  });

  it.each([[['b64']], [[]], [null]])('with the critical extensions %j is refused', (crit) => {
    expect(judge({ ...HEADER, crit }, CLAIMS)).toBe('critical_extension');
  });
});

describe('a header without a type', () => {
  it('is that of a plain JWT: accepted where that is, and nowhere else', () => {
    const { typ: _, ...header } = HEADER;

    expect(judge(header, CLAIMS, PLAIN_RULES)).toBe('accepted');
    expect(judge(header, CLAIMS)).toBe('type');
    expect(judge({ ...header, typ: null }, CLAIMS, PLAIN_RULES)).toBe('type');
  });

  it('does not hide an ID token', () => {
    const { typ: _, ...header } = HEADER;

    expect(judge(header, { ...CLAIMS, nonce: 'n' }, PLAIN_RULES)).toBe('id_token');
    expect(judge(header, { ...CLAIMS, scope: undefined }, PLAIN_RULES)).toBe('id_token');
  });
});

describe('issuer and audience', () => {
  it.each([
    [{ iss: 'https://id.example/' }, 'issuer'],
    [{ iss: 'https://ID.example' }, 'issuer'],
    [{ iss: [RULES.issuer] }, 'issuer'],
    [{ iss: undefined }, 'issuer'],
    [{ aud: ['https://other.example', RULES.audience] }, 'accepted'],
    [{ aud: ['https://other.example'] }, 'audience'],
    [{ aud: [] }, 'audience'],
    [{ aud: `${RULES.audience}/` }, 'audience'],
    [{ aud: [[RULES.audience]] }, 'audience'],
    [{ aud: { [RULES.audience]: true } }, 'audience'],
    [{ aud: undefined }, 'audience'],
  ])('%j is judged: %s', (claims, outcome) => {
    expect(withClaims(claims)).toBe(outcome);
  });
});

describe('an ID token', () => {
  it.each([
    ['a nonce', { nonce: 'n' }],
    ['a nonce that is null', { nonce: null }],
    ['the hash of an access token', { at_hash: 'h' }],
    ['the hash of a code', { c_hash: 'h' }],
    ['the hash of a state', { s_hash: 'h' }],
    ['the mark of Keycloak', { typ: 'ID' }],
    ['the mark of Cognito', { token_use: 'id' }],
    ['the client as audience', { client_id: RULES.audience }],
    ['the authorized party as audience', { client_id: undefined, azp: RULES.audience }],
    ['the client of Okta as audience', { client_id: undefined, cid: RULES.audience }],
    ['no scope', { scope: undefined }],
  ])('is told by %s where plain JWT is allowed', (_mark, claims) => {
    expect(withPlain(claims)).toBe('id_token');
  });

  it.each([[{}], [{ typ: 'Bearer' }], [{ token_use: 'access' }], [{ scope: '' }], [{ scope: [] }]])(
    'is not seen in an access token with %j',
    (claims) => {
      expect(withPlain(claims)).toBe('accepted');
    },
  );

  it('is not looked for in a token that says at+jwt', () => {
    expect(withClaims({ nonce: 'n', scope: undefined })).toBe('accepted');
  });
});

describe('the times, to the second', () => {
  it.each<[string, Claims, string]>([
    ['expires at the end of the tolerance', { exp: NOW - TOLERANCE }, 'expired'],
    ['expires one second later', { exp: NOW - TOLERANCE + 1 }, 'accepted'],
    ['is valid from the end of the tolerance', { nbf: NOW + TOLERANCE }, 'accepted'],
    ['is valid from one second later', { nbf: NOW + TOLERANCE + 1 }, 'not_yet_valid'],
    ['was issued at the end of the tolerance', { iat: NOW + TOLERANCE }, 'accepted'],
    ['was issued one second later', { iat: NOW + TOLERANCE + 1 }, 'issued_in_the_future'],
    ['lives as long as allowed', { iat: NOW - 10, exp: NOW - 10 + LIFETIME }, 'accepted'],
    ['lives one second longer', { iat: NOW - 10, exp: NOW - 10 + LIFETIME + 1 }, 'lifetime_too_long'],
  ])('a token that %s is judged rightly', (_case, times, outcome) => {
    expect(withClaims({ iat: NOW - 10, ...times })).toBe(outcome);
  });

  it.each(['exp', 'iat'])('%s must be there', (name) => {
    expect(withClaims({ [name]: undefined })).toBe('missing_claim');
  });

  it.each(
    ['exp', 'iat', 'nbf'].flatMap((name) => [
      [name, String(NOW)],
      [name, null],
      [name, -1],
      [name, Number.NaN],
      [name, Number.POSITIVE_INFINITY],
      [name, [NOW]],
    ]),
  )('%s is no time when it is %j', (name, value) => {
    expect(withClaims({ [name]: value })).toBe('missing_claim');
  });
});

describe('subject and tenant', () => {
  it.each([
    [{ sub: undefined }, 'subject'],
    [{ sub: '' }, 'subject'],
    [{ sub: 7 }, 'subject'],
    [{ sub: 'a'.repeat(255) }, 'accepted'],
    [{ sub: 'a'.repeat(256) }, 'subject'],
    [{ sub: 'line\nbreak' }, 'subject'],
    [{ tenant: undefined }, 'tenant'],
    [{ tenant: '' }, 'tenant'],
    [{ tenant: ' acme' }, 'tenant'],
    [{ tenant: ['acme'] }, 'tenant'],
    [{ tenant: 'a'.repeat(128) }, 'accepted'],
    [{ tenant: 'a'.repeat(129) }, 'tenant'],
  ])('%j is judged: %s', (claims, outcome) => {
    expect(withClaims(claims)).toBe(outcome);
  });

  it('reads the tenant from a nested claim', () => {
    const claims = { ...CLAIMS, tenant: undefined, organization: { id: 'globex' } };

    const verdict = verifyAccessToken(
      { header: HEADER, claims },
      { ...RULES, tenantClaim: 'organization.id' },
      NOW,
    );

    expect(verdict).toMatchObject({ principal: { tenantId: 'globex' } });
  });

  it('does not take a tenant from the prototype of the claims', () => {
    const rules = { ...RULES, tenantClaim: 'constructor.name' };

    expect(judge(HEADER, CLAIMS, rules)).toBe('tenant');
  });
});
