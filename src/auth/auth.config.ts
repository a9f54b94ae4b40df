import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { insecureUrlRule } from '../platform/config/insecure-url.js';
import { absoluteUrl, listOf, text, wholeNumber } from '../platform/config/setting-types.js';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;

const claimName = (name: string) => text({ maxLength: 200 }).default(name);

/** The issuer that this API trusts, and how its access tokens are read. */
export class AuthConfig extends configSlice({
  title: 'Authentication',
  prefix: 'OIDC_',
  settings: {
    issuer: {
      variable: 'OIDC_ISSUER',
      schema: absoluteUrl('https', 'http'),
      description:
        'Issuer of the access tokens, exactly as it stands in `iss`. Required; https, except on loopback outside production.',
    },
    audience: {
      variable: 'OIDC_AUDIENCE',
      schema: text({ maxLength: 500 }),
      description: 'What `aud` of an access token must contain: the identifier of this API. Required.',
    },
    accessTokenTypes: {
      variable: 'OIDC_ACCESS_TOKEN_TYPES',
      schema: listOf(/^(at\+jwt|JWT)$/, 'lists something other than at+jwt and JWT').default(['at+jwt']),
      description:
        'Values of the header `typ` that are accepted. Absent: at+jwt (RFC 9068). Add JWT for issuers that cannot do that, or that leave the type out; ID tokens are then told apart by further checks.',
    },
    algorithms: {
      variable: 'OIDC_ALGORITHMS',
      schema: listOf(
        new RegExp(`^(${ALGORITHMS.join('|')})$`),
        `lists something other than ${ALGORITHMS.join(', ')}`,
      ).default(['RS256', 'PS256', 'ES256']),
      description: 'Signature algorithms that are accepted; only asymmetric ones can be listed.',
    },
    minRsaBits: {
      variable: 'OIDC_MIN_RSA_BITS',
      schema: wholeNumber({ min: 2048, max: 8192 }).default(2048),
      description:
        'Least length of an RSA key that signs access tokens: 2048 is what issuers use and about 112 bits of security, 3072 are 128. Weaker keys are passed over.',
    },
    accessTokenMaxLifetimeSeconds: {
      variable: 'OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS',
      schema: wholeNumber({ min: 300, max: 900 }).default(600),
      description: 'Longest `exp` minus `iat` that is accepted, whatever the issuer signed: 5 to 15 minutes.',
    },
    clockToleranceSeconds: {
      variable: 'OIDC_CLOCK_TOLERANCE_SECONDS',
      schema: wholeNumber({ min: 0, max: 60 }).default(5),
      description: 'How far the clocks of issuer and API may differ.',
    },
    tenantClaim: {
      variable: 'OIDC_TENANT_CLAIM',
      schema: claimName('tenant'),
      description: 'Claim with the tenant: a name, or a path with dots into nested claims.',
    },
    scopesClaim: {
      variable: 'OIDC_SCOPES_CLAIM',
      schema: claimName('scope'),
      description: 'Claim with the scopes: a list, or words separated by spaces.',
    },
    rolesClaim: {
      variable: 'OIDC_ROLES_CLAIM',
      schema: claimName('roles'),
      description:
        'Claim with the roles: a list, or words separated by spaces. A token without it has no role.',
    },
    keyMaxAgeSeconds: {
      variable: 'OIDC_KEY_MAX_AGE_SECONDS',
      schema: wholeNumber({ min: 60, max: 86_400 }).default(600),
      description:
        'Age after which the signing keys are fetched again; a withdrawn key is refused at the latest then.',
    },
    keyRefetchCooldownSeconds: {
      variable: 'OIDC_KEY_REFETCH_COOLDOWN_SECONDS',
      schema: wholeNumber({ min: 1, max: 600 }).default(30),
      description: 'Least time between two fetches that tokens with an unknown key id can cause.',
    },
    keyMaxStaleSeconds: {
      variable: 'OIDC_KEY_MAX_STALE_SECONDS',
      schema: wholeNumber({ min: 60, max: 86_400 }).default(3600),
      description:
        'Age up to which the last signing keys stay in use while the issuer cannot be reached; after it requests are answered with 503.',
    },
  },
  rules: ({ issuer }, { isProduction }): Problem[] => {
    const insecure = insecureUrlRule(issuer, isProduction);
    return insecure ? [{ variable: 'OIDC_ISSUER', rule: insecure }] : [];
  },
}) {}
