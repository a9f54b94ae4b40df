import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProviderSecrets } from './identity-provider.ts';

/** The provider's secrets where Compose mounts them, each a file. */
export function readMountedSecrets(folder: string): ProviderSecrets {
  const secret = (name: string): string => readFileSync(path.join(folder, name), 'utf8').trim();
  return {
    demoUserPassword: secret('demo_user_password'),
    demoServiceSecret: secret('demo_service_secret'),
    demoWebSecret: secret('demo_web_secret'),
    cookieKey: secret('cookie_key'),
    signingKey: signingKey(secret('signing_key.pem')),
  };
}

/** As the JWK that the provider wants; its id follows from the key, so that it stays the same after a restart. */
function signingKey(pem: string): string {
  const jwk = createPrivateKey(pem).export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64url');
  return JSON.stringify({ ...jwk, kid, use: 'sig', alg: 'RS256' });
}
