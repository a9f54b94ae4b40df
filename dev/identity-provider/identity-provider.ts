import { Provider, type JWK } from 'oidc-provider';
import { closeServers, listenOnLoopback } from '../loopback-servers.ts';
import type { Secrets } from '../secrets.ts';
import { issuerUrl } from '../settings.ts';
import { demoClients } from './clients.ts';
import { providerConfiguration } from './configuration.ts';
import { handleInteraction } from './interactions.ts';

export interface IdentityProviderOptions {
  readonly port: number;
  readonly audience: string;
  /** Origin of the API, whose web client logs users in. */
  readonly webOrigin: string;
  /** The page that a browser comes back to after log-out. */
  readonly appUrl: string;
  readonly secrets: Secrets;
}

export interface IdentityProvider {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** An OpenID provider for development: real protocol, invented users, nothing stored. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { port, audience, webOrigin, appUrl, secrets } = options;
  const issuer = issuerUrl(port);
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
  provider.on('server_error', (_context, error) => console.error(error));

  const respond = provider.callback();
  const place = { port, owner: 'the identity provider', variable: 'DEV_IDENTITY_PROVIDER_PORT' };
  const servers = await listenOnLoopback(place, (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      handleInteraction(provider, secrets.demoUserPassword, request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
    } else {
      void respond(request, response);
    }
  });
  return { issuer, stop: () => closeServers(servers) };
}
