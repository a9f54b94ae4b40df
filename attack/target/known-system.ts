import { readMountedSecrets } from '../../dev/identity-provider/mounted-secrets.ts';
import type { ProviderSecrets } from '../../dev/identity-provider/identity-provider.ts';
import { StartFailure } from '../../dev/start-failure.ts';

/** A system with our own identity provider: attacks can come from its users, and with its signing key. */
export interface KnownSystem {
  readonly issuer: string;
  readonly secrets: Pick<ProviderSecrets, 'demoUserPassword' | 'demoServiceSecret' | 'signingKey'>;
  /** The API as browsers see it, and the page of another origin that may call it. */
  readonly ownOrigin: string;
  readonly allowedOrigin: string;
  /** Everything that the API has logged so far; absent: nobody can read it. */
  readLog?(): Promise<string>;
}

export interface KnownProvider {
  readonly issuer: string;
  /** Where its secrets are, each a file. */
  readonly secretsFolder: string;
  readonly allowedOrigin: string;
}

/** @throws StartFailure when the secrets cannot be read */
export function knownSystem(target: URL, provider: KnownProvider): KnownSystem {
  const { issuer, secretsFolder, allowedOrigin } = provider;
  try {
    return { issuer, allowedOrigin, ownOrigin: target.origin, secrets: readMountedSecrets(secretsFolder) };
  } catch (error) {
    throw new StartFailure(`The secrets of the identity provider are not in ${secretsFolder}.`, {
      cause: error,
    });
  }
}
