import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../../platform/crypto/key-ring.js';

/** What is stored of a secret, and the id of the pepper that made it. */
export interface KeyHash {
  readonly hash: string;
  readonly pepper: string;
}

/**
 * HMAC-SHA-256 of a secret under the current pepper, bound to its key. A plain hash would do
 * against guessing, since nobody guesses 256 bits; the pepper, which the database does not have,
 * keeps whoever can write to it from putting in the hash of a secret of their own.
 */
export function hashSecret(keyId: string, secret: string, { current }: KeyRing): KeyHash {
  return { hash: macOf(keyId, secret, current.key).toString('base64url'), pepper: current.id };
}

/** Whether a secret is the one behind the hash; in the same time for every wrong one. */
export function isSecretOf(
  { hash, pepper }: KeyHash,
  keyId: string,
  secret: string,
  peppers: KeyRing,
): boolean {
  const key = peppers.find(pepper);
  const stored = Buffer.from(hash, 'base64url');
  if (!key) {
    return false;
  }
  const given = macOf(keyId, secret, key);
  return stored.length === given.length && timingSafeEqual(stored, given);
}

function macOf(keyId: string, secret: string, key: Parameters<typeof createHmac>[1]): Buffer {
  return createHmac('sha256', key).update(`${keyId}.${secret}`).digest();
}
