import { createPrivateKey, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { closeServers } from '../loopback-servers.ts';
import { AUDIENCE } from '../settings.ts';
import { identityProvider } from './identity-provider.ts';

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

const secret = (name: string): string => readFileSync(path.join(SECRETS_FOLDER, name), 'utf8').trim();

const server = createServer(
  identityProvider({
    issuer: ISSUER,
    audience: AUDIENCE,
    webOrigin: API_ORIGIN,
    appUrl: APP_URL,
    secrets: {
      demoUserPassword: secret('demo_user_password'),
      demoServiceSecret: secret('demo_service_secret'),
      demoWebSecret: secret('demo_web_secret'),
      cookieKey: secret('cookie_key'),
      signingKey: signingKey(secret('signing_key.pem')),
    },
  }),
).listen(PORT, '0.0.0.0');

process.once('SIGTERM', () => void closeServers([server]).then(() => process.exit(0)));

/** As the JWK that the provider wants; its id follows from the key, so that it stays the same after a restart. */
function signingKey(pem: string): string {
  const jwk = createPrivateKey(pem).export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64url');
  return JSON.stringify({ ...jwk, kid, use: 'sig', alg: 'RS256' });
}
