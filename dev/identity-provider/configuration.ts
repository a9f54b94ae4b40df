import { errors, type Configuration, type JWK, type KoaContextWithOIDC } from 'oidc-provider';
import type { DemoClient } from './clients.ts';
import { signOutPage } from './pages.ts';
import { findUserBySubject } from './users.ts';

const ACCESS_TOKEN_TTL_SECONDS = 600;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export interface ConfigurationInput {
  readonly clients: readonly DemoClient[];
  readonly audience: string;
  readonly signingKey: JWK;
  readonly cookieKey: string;
}

/** How the embedded provider behaves: as strict as a production one, with storage in memory. */
export function providerConfiguration(input: ConfigurationInput): Configuration {
  const { clients, audience, signingKey, cookieKey } = input;
  return {
    clients: clients.map(({ registration }) => registration),
    jwks: { keys: [signingKey] },
    responseTypes: ['code'],
    // PKCE for confidential clients too: it also stops the injection of a stolen code (RFC 9700 §2.1.1).
    pkce: { required: () => true },
    // A refresh token that comes a second time was copied: oidc-provider then revokes the whole grant.
    rotateRefreshToken: true,
    // To whoever registered for it, without `offline_access`: it ends with the person's session here.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    findAccount: (_context, subject) => findAccount(subject),
    extraTokenClaims: (_context, token) => {
      const user = 'accountId' in token ? findUserBySubject(token.accountId) : undefined;
      const client = clients.find(({ registration }) => registration.client_id === token.clientId);
      return { tenant: user?.tenant ?? client?.tenant, roles: user?.roles ?? [] };
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: signOutPage },
      resourceIndicators: resourceIndicators(clients, audience),
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: {
      keys: [cookieKey],
      // Cookies know no port: without names of its own the provider would meet those of the API.
      names: { session: 'provider_session', interaction: 'provider_interaction', resume: 'provider_resume' },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_TTL_SECONDS,
      ClientCredentials: ACCESS_TOKEN_TTL_SECONDS,
      AuthorizationCode: 60,
      IdToken: HOUR_SECONDS,
      Interaction: HOUR_SECONDS,
      Session: DAY_SECONDS,
      Grant: 14 * DAY_SECONDS,
      RefreshToken: 14 * DAY_SECONDS,
    },
  };
}

/** RFC 8707: a token is for one named audience. Whoever names none gets the API's. */
function resourceIndicators(clients: readonly DemoClient[], audience: string) {
  return {
    enabled: true,
    defaultResource: () => audience,
    useGrantedResource: () => true,
    getResourceServerInfo: (
      _context: KoaContextWithOIDC,
      resource: string,
      { clientId }: { clientId: string },
    ) => {
      const client = clients.find(({ registration }) => registration.client_id === clientId);
      if (resource !== audience || !client) {
        throw new errors.InvalidTarget();
      }
      return {
        audience,
        scope: client.scopes.join(' '),
        accessTokenFormat: 'jwt' as const,
        accessTokenTTL: ACCESS_TOKEN_TTL_SECONDS,
        jwt: { sign: { alg: 'RS256' as const } },
      };
    },
  };
}

function findAccount(subject: string) {
  const user = findUserBySubject(subject);
  return (
    user && {
      accountId: subject,
      claims: () => ({
        sub: subject,
        name: user.displayName,
        preferred_username: user.name,
        email: `${user.name}@example.com`,
        email_verified: true,
      }),
    }
  );
}
