import type { Principal } from '../principal.js';
import { claimOf, identifierOf, wordsOf, type Claims } from './claims.js';

/** A token whose signature was verified: nothing else about it is known to be right. */
export interface SignedToken {
  readonly header: Claims;
  readonly claims: Claims;
}

/** What an access token must be for this API. */
export interface AccessTokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenTypes: readonly string[];
  readonly algorithms: readonly string[];
  readonly accessTokenMaxLifetimeSeconds: number;
  readonly clockToleranceSeconds: number;
  readonly tenantClaim: string;
  readonly scopesClaim: string;
  readonly rolesClaim: string;
}

/** Why a token is refused: for the security event, never for the caller. */
export type RefusalReason =
  | 'type'
  | 'algorithm'
  | 'critical_extension'
  | 'issuer'
  | 'audience'
  | 'id_token'
  | 'missing_claim'
  | 'expired'
  | 'not_yet_valid'
  | 'issued_in_the_future'
  | 'lifetime_too_long'
  | 'subject'
  | 'tenant';

export type Verdict =
  | {
      readonly ok: true;
      readonly principal: Principal;
      readonly issuedAtSeconds: number;
      readonly expiresAtSeconds: number;
    }
  | { readonly ok: false; readonly reason: RefusalReason };

/** Claims that OpenID Connect Core §2 and §3.1.3.6 put into ID tokens, and access tokens never have. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/**
 * Decides about a signed token as a whole, header included (RFC 9068 §4, RFC 8725, RFC 7519).
 * Libraries that check signatures leave some of this to the caller: jsonwebtoken accepts a
 * token without `exp`, one issued in the future, and any `typ`.
 *
 * @param nowSeconds the current time, in seconds since the Unix epoch
 */
export function verifyAccessToken(token: SignedToken, rules: AccessTokenRules, nowSeconds: number): Verdict {
  const reason =
    refuseHeader(token.header, rules) ??
    refuseAddressing(token.claims, rules) ??
    refuseIdToken(token, rules) ??
    refuseTimes(token.claims, rules, nowSeconds);
  return reason ? { ok: false, reason } : principalOf(token.claims, rules);
}

function refuseHeader(header: Claims, rules: AccessTokenRules): RefusalReason | undefined {
  // A token that does not say its type is a plain JWT (RFC 7519 §5.1), such as those of Okta.
  const type = normalizeType(header['typ'] === undefined ? 'JWT' : header['typ']);
  if (!rules.accessTokenTypes.some((accepted) => normalizeType(accepted) === type)) {
    return 'type';
  }
  if (typeof header['alg'] !== 'string' || !rules.algorithms.includes(header['alg'])) {
    return 'algorithm';
  }
  // An extension marked critical that we do not know must make the token invalid (RFC 7515 §4.1.11).
  return header['crit'] === undefined ? undefined : 'critical_extension';
}

function refuseAddressing(claims: Claims, rules: AccessTokenRules): RefusalReason | undefined {
  if (claims['iss'] !== rules.issuer) {
    return 'issuer';
  }
  const audience = claims['aud'];
  const isAddressed = Array.isArray(audience)
    ? audience.includes(rules.audience)
    : audience === rules.audience;
  return isAddressed ? undefined : 'audience';
}

/**
 * An ID token says who logged in at a client; it is no permission to call an API. `at+jwt`
 * alone excludes it. Where plain `JWT` is allowed, further marks do: claims only ID tokens
 * have, the marks of Keycloak (`typ`) and Cognito (`token_use`), an audience that is the
 * client itself, and the absence of any scope claim.
 */
function refuseIdToken({ header, claims }: SignedToken, rules: AccessTokenRules): RefusalReason | undefined {
  if (normalizeType(header['typ']) === 'at+jwt') {
    return undefined;
  }
  const client = clientOf(claims);
  const isIdToken =
    ID_TOKEN_CLAIMS.some((name) => Object.hasOwn(claims, name)) ||
    (claims['typ'] !== undefined && claims['typ'] !== 'Bearer') ||
    (claims['token_use'] !== undefined && claims['token_use'] !== 'access') ||
    client === rules.audience ||
    claimOf(claims, rules.scopesClaim) === undefined;
  return isIdToken ? 'id_token' : undefined;
}

function refuseTimes(claims: Claims, rules: AccessTokenRules, nowSeconds: number): RefusalReason | undefined {
  const { exp, iat, nbf } = claims;
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) {
    return 'missing_claim';
  }
  if (exp <= nowSeconds - rules.clockToleranceSeconds) {
    return 'expired';
  }
  if (nbf !== undefined && nbf > nowSeconds + rules.clockToleranceSeconds) {
    return 'not_yet_valid';
  }
  if (iat > nowSeconds + rules.clockToleranceSeconds) {
    return 'issued_in_the_future';
  }
  return exp - iat > rules.accessTokenMaxLifetimeSeconds ? 'lifetime_too_long' : undefined;
}

function principalOf(claims: Claims, rules: AccessTokenRules): Verdict {
  const subject = identifierOf(claims['sub'], 255);
  if (!subject) {
    return { ok: false, reason: 'subject' };
  }
  const tenantId = identifierOf(claimOf(claims, rules.tenantClaim), 128);
  if (!tenantId) {
    return { ok: false, reason: 'tenant' };
  }
  return {
    ok: true,
    issuedAtSeconds: claims['iat'] as number,
    expiresAtSeconds: claims['exp'] as number,
    principal: {
      subject,
      tenantId,
      clientId: identifierOf(clientOf(claims), 255),
      credentialId: identifierOf(claims['jti'], 255),
      issuedAtSeconds: claims['iat'] as number,
      scopes: wordsOf(claimOf(claims, rules.scopesClaim)),
      roles: wordsOf(claimOf(claims, rules.rolesClaim)),
    },
  };
}

/** RFC 9068 says `client_id`, OpenID Connect `azp`, and Okta `cid`. */
function clientOf(claims: Claims): unknown {
  return claims['client_id'] ?? claims['azp'] ?? claims['cid'];
}

/** `typ` is a media type: case does not count and `application/` may be left out (RFC 7515 §4.1.9). */
function normalizeType(type: unknown): string | undefined {
  return typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : undefined;
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim) && claim >= 0;
}
