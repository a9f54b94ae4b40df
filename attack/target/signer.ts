import { createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

/** Signs what it is told with the provider's own key: one wrong claim, and everything else right. */
export class Signer {
  readonly #key: KeyObject;
  readonly #header: Claims;
  readonly #claims: Claims;

  /** @param genuine a token of the provider, whose claims are the pattern */
  constructor(jwk: string, genuine: string) {
    this.#key = createPrivateKey({ key: JSON.parse(jwk) as Record<string, string>, format: 'jwk' });
    this.#header = headerOf(genuine);
    this.#claims = claimsOf(genuine);
  }

  /** The public half, as anybody can make it from the key set. */
  get publicPem(): string {
    return String(createPublicKey(this.#key).export({ format: 'pem', type: 'spki' }));
  }

  get modulus(): Buffer {
    return Buffer.from(String(createPublicKey(this.#key).export({ format: 'jwk' })['n']), 'base64url');
  }

  /** A claim that is undefined is left out. */
  token(claims: Claims = {}, header: Claims = {}, hash = 'RSA-SHA256'): string {
    const now = Math.floor(Date.now() / 1000);
    const all = { ...this.#claims, iat: now, exp: now + 300, jti: randomUUID(), ...claims };
    const signed = `${part({ ...this.#header, ...header })}.${part(all)}`;
    return `${signed}.${sign(hash, Buffer.from(signed), this.#key).toString('base64url')}`;
  }
}

/** One part of a token: JSON in base64url. */
export function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function headerOf(token: string): Claims {
  return decoded(token, 0);
}

export function claimsOf(token: string): Claims {
  return decoded(token, 1);
}

/** The words of the claim `scope`. */
export function scopesOf(token: string): string[] {
  const { scope } = claimsOf(token);
  return typeof scope === 'string' ? scope.split(' ') : [];
}

function decoded(token: string, index: number): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}
