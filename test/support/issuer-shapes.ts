import { randomUUID } from 'node:crypto';
import type { TestIssuer } from './issuer.js';

/** How one product writes its tokens, as its documentation shows them. */
export interface IssuerShape {
  /** As docs/COMPOSE.md calls it. */
  readonly name: string;
  /** What stands behind the host in the issuer's URL. */
  readonly path: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** Of a person who may read and administer, and of no more. */
  readonly accessToken: (place: Place) => Readonly<Record<string, unknown>>;
  readonly idToken: (place: Place) => Readonly<Record<string, unknown>>;
}

export interface Place {
  readonly issuer: string;
  /** What `OIDC_AUDIENCE` says. */
  readonly audience: string;
}

const PERSON = 'f3f1a4c2-7d55-4c0e-9a57-2f8f6b1c3d90';
const CLIENT = 'web-client';

const KEYCLOAK: IssuerShape = {
  name: 'Keycloak',
  path: '/realms/main',
  header: { typ: 'JWT' },
  accessToken: ({ audience }) => ({
    jti: `onrtac:${randomUUID()}`,
    aud: [audience, 'account'],
    sub: PERSON,
    typ: 'Bearer',
    azp: CLIENT,
    sid: randomUUID(),
    acr: '1',
    'allowed-origins': ['https://app.example'],
    realm_access: { roles: ['offline_access', 'administrator'] },
    resource_access: { account: { roles: ['manage-account'] } },
    scope: 'openid profile customers:read',
    email_verified: true,
    preferred_username: 'alice',
    tenant: 'acme',
  }),
  idToken: () => ({ aud: CLIENT, sub: PERSON, typ: 'ID', azp: CLIENT, nonce: 'n', at_hash: 'h' }),
};

const auth0 = (client: object) => ({
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  permissions: ['customers:read'],
  scope: 'openid profile',
  'https://api.example.com/tenant': 'acme',
  'https://api.example.com/roles': ['administrator'],
  ...client,
});

/** Its default dialect; the path is the slash that its issuer ends with. */
const AUTH0: IssuerShape = {
  name: 'Auth0',
  path: '/',
  header: { typ: 'JWT' },
  accessToken: ({ issuer, audience }) =>
    auth0({ aud: [audience, `${issuer}userinfo`], azp: CLIENT, client_id: undefined, jti: undefined }),
  idToken: () => ({ aud: CLIENT, sub: 'auth0|5f7c8ec7c33c6c004bbafe82', nonce: 'n', sid: 's' }),
};

const AUTH0_STANDARD: IssuerShape = {
  ...AUTH0,
  header: { typ: 'at+jwt' },
  accessToken: ({ issuer, audience }) =>
    auth0({ aud: [audience, `${issuer}userinfo`], client_id: CLIENT, jti: randomUUID() }),
};

const OKTA: IssuerShape = {
  name: 'Okta',
  path: '/oauth2/default',
  header: { typ: undefined },
  accessToken: ({ audience }) => ({
    ver: 1,
    jti: `AT.${randomUUID()}`,
    aud: audience,
    cid: CLIENT,
    client_id: undefined,
    uid: '00ujmkLgagxeRrAg20g3',
    scp: ['openid', 'customers:read'],
    auth_time: 1_700_000_000,
    sub: 'alice@example.com',
    groups: ['Everyone', 'administrator'],
    tenant: 'acme',
    scope: undefined,
  }),
  idToken: () => ({
    ver: 1,
    jti: `ID.${randomUUID()}`,
    aud: CLIENT,
    sub: '00ujmkLgagxeRrAg20g3',
    amr: ['pwd'],
    idp: '00ok1u7AsAkrwdZL3z0g3',
    auth_time: 1_700_000_000,
    at_hash: 'h',
  }),
};

export const ISSUER_SHAPES: readonly (readonly [what: string, shape: IssuerShape])[] = [
  ['Keycloak', KEYCLOAK],
  ['Auth0', AUTH0],
  ['Auth0 with its RFC 9068 profile', AUTH0_STANDARD],
  ['Okta', OKTA],
];

/** Only what the product writes: nothing of the tests' ordinary token but issuer and times. */
export async function tokenOf(
  issuer: TestIssuer,
  { header }: IssuerShape,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const none = { client_id: undefined, jti: undefined, tenant: undefined, scope: undefined };
  return issuer.token({ header, claims: { ...none, ...claims } });
}
