import type { RequestListener } from 'node:http';
import { Provider, type JWK } from 'oidc-provider';
import { closeServers, listenOnLoopback } from '../loopback-servers.ts';
import type { Secrets } from '../secrets.ts';
import { issuerUrl } from '../settings.ts';
import { demoClients } from './clients.ts';
import { providerConfiguration } from './configuration.ts';
import { handleInteraction } from './interactions.ts';

/** What the provider keeps to itself, or shares with one client. */
export type ProviderSecrets = Pick<
  Secrets,
  'demoUserPassword' | 'demoServiceSecret' | 'demoWebSecret' | 'cookieKey' | 'signingKey'
>;

export interface ProviderOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Origin of the API, whose web client logs users in. */
  readonly webOrigin: string;
  /** The page that a browser comes back to after log-out. */
  readonly appUrl: string;
  readonly secrets: ProviderSecrets;
}

/** On loopback the port is all that there is to choose. */
export type IdentityProviderOptions = Omit<ProviderOptions, 'issuer'> & { readonly port: number };

export interface IdentityProvider {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** An OpenID provider for development: real protocol, invented users, nothing stored. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { port } = options;
  const issuer = issuerUrl(port);
  const place = { port, owner: 'the identity provider', variable: 'DEV_IDENTITY_PROVIDER_PORT' };
  const servers = await listenOnLoopback(place, identityProvider({ ...options, issuer }));
  return { issuer, stop: () => closeServers(servers) };
}

/** The same, wherever it listens. With an https issuer it stands behind a proxy, whose headers it believes. */
export function identityProvider(options: ProviderOptions): RequestListener {
  const { issuer, audience, webOrigin, appUrl, secrets } = options;
  const provider = new Provider(
    issuer,
    providerConfiguration({
      audience,
      clients: demoClients({
        webOrigin,
        appUrl,
        serviceSecret: secrets.demoServiceSecret,
        webSecret: secrets.demoWebSecret,
      }),
      signingKey: JSON.parse(secrets.signingKey) as JWK,
      cookieKey: secrets.cookieKey,
    }),
  );
  provider.proxy = issuer.startsWith('https:');
  provider.on('server_error', (_context, error) => console.error(error));

  const respond = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      handleInteraction(provider, secrets.demoUserPassword, request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
    } else {
      void respond(request, response);
    }
  };
}
