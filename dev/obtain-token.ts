import * as oidc from 'openid-client';
import { CLI_CLIENT, CLI_REDIRECT, SERVICE_CLIENT, SERVICE_SCOPES } from './identity-provider/clients.ts';
import { DEMO_USERS, findUserByName } from './identity-provider/users.ts';
import { logIn } from './log-in.ts';
import type { Secrets } from './secrets.ts';
import { StartFailure } from './start-failure.ts';

export interface TokenRequest {
  readonly issuer: string;
  /** A demo user, or the service client. */
  readonly name: string;
  /** Scopes of the API; absent means everything that the name may have. */
  readonly scopes?: readonly string[] | undefined;
  readonly secrets: Pick<Secrets, 'demoUserPassword' | 'demoServiceSecret'>;
  /** Asks for a refresh token as well. */
  readonly isOffline?: boolean;
}

/** The answer of the token endpoint, got the way a real client gets it. */
export async function obtainTokens(request: TokenRequest): Promise<oidc.TokenEndpointResponse> {
  const { name } = request;
  if (name === SERVICE_CLIENT) {
    return obtainForService(request);
  }
  const user = findUserByName(name);
  if (!user) {
    const names = [...DEMO_USERS.map((known) => known.name), SERVICE_CLIENT].join(', ');
    throw new StartFailure(`There is no demo user "${name}"; there are ${names}.`);
  }
  return obtainForUser({ ...request, scopes: request.scopes ?? user.scopes });
}

/** Authorization code with PKCE, state and nonce. */
async function obtainForUser({ issuer, name, scopes = [], secrets, isOffline = false }: TokenRequest) {
  const client = await discoverAs(CLI_CLIENT, issuer, oidc.None());
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const expectedNonce = oidc.randomNonce();
  const authorizationUrl = oidc.buildAuthorizationUrl(client, {
    redirect_uri: CLI_REDIRECT,
    scope: ['openid', ...(isOffline ? ['offline_access'] : []), ...scopes].join(' '),
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    // Without it the provider ignores offline_access (OpenID Connect Core §11).
    ...(isOffline ? { prompt: 'consent' } : {}),
  });
  const password = secrets.demoUserPassword;
  const callback = await logIn(authorizationUrl, { name, password, redirectUri: CLI_REDIRECT });
  return oidc.authorizationCodeGrant(client, callback, { pkceCodeVerifier, expectedState, expectedNonce });
}

async function obtainForService({ issuer, scopes, secrets }: TokenRequest) {
  const secret = secrets.demoServiceSecret;
  const client = await discoverAs(SERVICE_CLIENT, issuer, oidc.ClientSecretBasic(secret));
  const scope = (scopes ?? SERVICE_SCOPES).join(' ');
  return oidc.clientCredentialsGrant(client, { scope });
}

/** A client of the provider, ready to ask. Plain http is acceptable since it is on loopback. */
async function discoverAs(
  clientId: string,
  issuer: string,
  authentication: oidc.ClientAuth,
): Promise<oidc.Configuration> {
  try {
    return await oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
      execute: [oidc.allowInsecureRequests],
    });
  } catch (error) {
    throw new StartFailure(`No identity provider answers at ${issuer}: start one with "npm start".`, {
      cause: error,
    });
  }
}
