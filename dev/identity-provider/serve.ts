import { createServer } from 'node:http';
import { closeServers } from '../loopback-servers.ts';
import { AUDIENCE } from '../settings.ts';
import { identityProvider } from './identity-provider.ts';
import { readMountedSecrets } from './mounted-secrets.ts';

/*
 * The provider in a container, behind the proxy that speaks TLS for it. Its secrets are files of a folder; what
 * the outside calls it comes from the environment.
 */

const PORT = 3001;

const { ISSUER, API_ORIGIN, APP_URL, SECRETS_FOLDER = '/run/secrets' } = process.env;
if (!ISSUER || !API_ORIGIN || !APP_URL) {
  process.stderr.write('ISSUER, API_ORIGIN and APP_URL are required.\n');
  process.exit(1);
}

const server = createServer(
  identityProvider({
    issuer: ISSUER,
    audience: AUDIENCE,
    webOrigin: API_ORIGIN,
    appUrl: APP_URL,
    secrets: readMountedSecrets(SECRETS_FOLDER),
  }),
).listen(PORT, '0.0.0.0');

process.once('SIGTERM', () => void closeServers([server]).then(() => process.exit(0)));
