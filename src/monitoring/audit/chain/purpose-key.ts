import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What a key of the ring is used for. Two purposes never share a key: what is made for one proves nothing for the other. */
type Purpose = 'audit link' | 'audit anchor';

const derived = new WeakMap<KeyObject, Map<Purpose, KeyObject>>();

/** The key for one purpose (HKDF, RFC 5869). Whoever gets one thing signed has no signature of another. */
export function purposeKey(key: KeyObject, purpose: Purpose): KeyObject {
  const known = derived.get(key) ?? new Map<Purpose, KeyObject>();
  derived.set(key, known);
  const found = known.get(purpose);
  if (found) {
    return found;
  }
  const made = createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, 32)));
  known.set(purpose, made);
  return made;
}
