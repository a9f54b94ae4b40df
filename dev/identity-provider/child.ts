import path from 'node:path';
import { environmentWith } from '../start/environment.ts';
import { startNodeChild } from '../start/node-child.ts';
import type { Part } from '../start/parts.ts';
import type { Secrets } from '../secrets.ts';
import { apiOrigin, AUDIENCE, browserAppOrigin, type DevSettings } from '../settings.ts';
import type { IdentityProviderOptions } from './identity-provider.ts';

/** The provider in a process of its own, as the real one would be. */
export function startIdentityProviderChild(settings: DevSettings, secrets: Secrets): Part {
  const options: IdentityProviderOptions = {
    port: settings.identityProviderPort,
    audience: AUDIENCE,
    webOrigin: apiOrigin(settings),
    appUrl: `${browserAppOrigin(settings)}/`,
    secrets,
  };
  return startNodeChild({
    name: 'The identity provider',
    script: 'dev/identity-provider/main.ts',
    environment: environmentWith({}),
    log: { file: path.join(settings.dataFolder, 'identity-provider.log') },
    message: options,
  });
}
