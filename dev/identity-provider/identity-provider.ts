import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Provider, type JWK } from 'oidc-provider';
import type { Secrets } from '../secrets.ts';
import { issuerUrl } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';
import { demoClients } from './clients.ts';
import { providerConfiguration } from './configuration.ts';
import { handleInteraction } from './interactions.ts';

export interface IdentityProviderOptions {
  readonly port: number;
  readonly audience: string;
  /** Origin of the API, whose web client logs users in. */
  readonly webOrigin: string;
  readonly secrets: Secrets;
}

export interface IdentityProvider {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** `localhost` is two addresses, and which of them a client tries first depends on the machine. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** An OpenID provider for development: real protocol, invented users, nothing stored. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { port, audience, webOrigin, secrets } = options;
  const issuer = issuerUrl(port);
  const provider = new Provider(
    issuer,
    providerConfiguration({
      audience,
      clients: demoClients({
        webOrigin,
        serviceSecret: secrets.demoServiceSecret,
        webSecret: secrets.demoWebSecret,
      }),
      signingKey: JSON.parse(secrets.signingKey) as JWK,
      cookieKey: secrets.cookieKey,
    }),
  );
  provider.on('server_error', (_context, error) => console.error(error));

  const respond = provider.callback();
  const servers = await listen(port, (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      handleInteraction(provider, secrets.demoUserPassword, request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
    } else {
      void respond(request, response);
    }
  });
  return { issuer, stop: () => close(servers) };
}

async function listen(port: number, listener: RequestListener): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of LOOPBACK) {
    const server = createServer(listener).listen(port, host);
    try {
      await once(server, 'listening');
      servers.push(server);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' || host === LOOPBACK[0]) {
        await close(servers);
        throw new StartFailure(
          `Port ${port} is taken, and the identity provider needs it: stop what uses it, or choose another with DEV_IDENTITY_PROVIDER_PORT.`,
          { cause: error },
        );
      }
      // This machine has no IPv6; localhost is then one address only.
    }
  }
  return servers;
}

async function close(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
}
