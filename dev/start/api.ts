import path from 'node:path';
import type { VersionDates } from '../first-start.ts';
import { environmentWith } from './environment.ts';
import { startNodeChild } from './node-child.ts';
import type { Part } from './parts.ts';
import type { Secrets } from '../secrets.ts';
import { apiOrigin, AUDIENCE, browserAppOrigin, type DevSettings, issuerUrl } from '../settings.ts';
import { WEB_CLIENT } from '../identity-provider/clients.ts';
import { API_SCOPES } from '../identity-provider/users.ts';
import { startWatchedApi } from './watched-api.ts';

export interface ApiOptions {
  readonly settings: DevSettings;
  readonly secrets: Secrets;
  readonly databaseUrl: string;
  readonly versions: VersionDates;
  /** Start it again whenever its sources change, and log to the terminal. */
  readonly isWatching: boolean;
  readonly onNotice: (line: string) => void;
}

/** Starts the application as built, configured as an operator would: by variables only. */
export function startApi(options: ApiOptions): Part {
  const { settings, secrets, databaseUrl, versions, isWatching, onNotice } = options;
  const start = () =>
    startNodeChild({
      name: 'The API',
      script: 'dist/main.js',
      environment: environmentWith({
        NODE_ENV: 'development',
        HOST: '127.0.0.1',
        PORT: String(settings.apiPort),
        // There is no proxy that would have to notice an end.
        HTTP_SERVER_SHUTDOWN_DELAY_SECONDS: '0',
        HTTP_SERVER_DRAIN_SECONDS: '0',
        DATABASE_URL: databaseUrl,
        OIDC_ISSUER: issuerUrl(settings.identityProviderPort),
        OIDC_AUDIENCE: AUDIENCE,
        APPLICATION_SECRET: secrets.applicationSecret,
        FIELD_ENCRYPTION_KEYS: secrets.fieldEncryptionKeys,
        FIELD_INDEX_KEYS: secrets.fieldIndexKeys,
        AUDIT_KEYS: secrets.auditKeys,
        API_KEY_PEPPERS: secrets.apiKeyPeppers,
        API_KEY_ENVIRONMENT: 'test',
        API_DOCS_ACCESS: process.env['API_DOCS_ACCESS'] ?? 'public',
        SECURITY_CONTACT: process.env['SECURITY_CONTACT'] ?? 'mailto:security@example.com',
        API_V1_DEPRECATED_ON: versions.deprecatedOn,
        API_V1_SUNSET_ON: versions.sunsetOn,
        SESSION_CLIENT_ID: WEB_CLIENT,
        SESSION_CLIENT_SECRET: secrets.demoWebSecret,
        SESSION_PUBLIC_ORIGIN: apiOrigin(settings),
        SESSION_SCOPES: ['openid', ...API_SCOPES].join(','),
        SESSION_RETURN_URLS: withOwn(`${browserAppOrigin(settings)}/`, 'SESSION_RETURN_URLS'),
        CORS_ALLOWED_ORIGINS: withOwn(browserAppOrigin(settings), 'CORS_ALLOWED_ORIGINS'),
      }),
      log: isWatching ? 'terminal' : { file: path.join(settings.dataFolder, 'api.log') },
    });
  return isWatching ? startWatchedApi(start, onNotice) : start();
}

/** Beside the demo's own page those that somebody builds and has set. */
function withOwn(ours: string, variable: string): string {
  return [ours, process.env[variable]].filter(Boolean).join(',');
}
