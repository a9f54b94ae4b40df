import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A public key of the issuer, parsed once. */
export interface VerificationKey {
  readonly keyId: string;
  readonly key: KeyObject;
  /** The only algorithm for which the issuer says the key is, when it says so. */
  readonly algorithm: string | undefined;
}

type PublishedKey = JsonWebKey & { kid?: unknown; use?: unknown; alg?: unknown };

/**
 * The usable keys of a JWK set (RFC 7517), by key id. Keys for encryption, symmetric keys, weak
 * keys and keys of unknown kind are passed over, not errors: issuers publish what others need.
 */
export function readKeySet(document: unknown, minRsaBits: number): Map<string, VerificationKey> {
  const keys = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) {
    throw new Error('the answer is not a JWK set');
  }
  return new Map(
    keys.flatMap((jwk: PublishedKey) => readKey(jwk, minRsaBits)).map((key) => [key.keyId, key]),
  );
}

function readKey(jwk: PublishedKey, minRsaBits: number): VerificationKey[] {
  if (typeof jwk?.kid !== 'string' || (jwk.use !== undefined && jwk.use !== 'sig')) {
    return [];
  }
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') {
    return [];
  }
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const algorithm = typeof jwk.alg === 'string' ? jwk.alg : undefined;
    return isStrong(key, minRsaBits) ? [{ keyId: jwk.kid, key, algorithm }] : [];
  } catch {
    return [];
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, minRsaBits: number): boolean {
  return asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) >= minRsaBits;
}
