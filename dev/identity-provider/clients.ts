import type { ClientMetadata } from 'oidc-provider';
import { API_SCOPES } from './users.ts';

export const CLI_CLIENT = 'demo-cli';
/** Registered without a port: a native client may listen on any (RFC 8252 §7.3). */
export const CLI_REDIRECT = 'http://127.0.0.1/callback';
export const SERVICE_CLIENT = 'demo-service';
export const SERVICE_SCOPES: readonly string[] = ['customers:read'];
export const WEB_CLIENT = 'demo-web';

/** What the provider knows about a client beside its registration. */
export interface DemoClient {
  readonly registration: ClientMetadata;
  /** The API's scopes that this client may get at all. */
  readonly scopes: readonly string[];
  /** For a client that acts for itself and not for a user. */
  readonly tenant?: string;
}

export interface ClientOptions {
  readonly serviceSecret: string;
  readonly webSecret: string;
  /** Where the API's own web client takes the answer. */
  readonly webOrigin: string;
  /** Where a browser goes after log-out. */
  readonly appUrl: string;
}

/** All clients are first-party, hence nobody is asked for consent. */
export function demoClients({
  serviceSecret,
  webSecret,
  webOrigin,
  appUrl,
}: ClientOptions): readonly DemoClient[] {
  return [
    {
      registration: {
        client_id: CLI_CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [CLI_REDIRECT],
      },
      scopes: API_SCOPES,
    },
    {
      registration: {
        client_id: SERVICE_CLIENT,
        client_secret: serviceSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
      scopes: SERVICE_SCOPES,
      tenant: 'acme',
    },
    {
      registration: {
        client_id: WEB_CLIENT,
        client_secret: webSecret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${webOrigin}/auth/callback`],
        post_logout_redirect_uris: [appUrl],
      },
      scopes: API_SCOPES,
    },
  ];
}
