import { createHmac } from 'node:crypto';
import type { KeyRing, RingKey } from '../../platform/crypto/key-ring.js';

/** Which values are compared with each other: those of one column of one tenant. */
export interface IndexSpace {
  readonly tenantId: string;
  readonly table: string;
  readonly column: string;
}

/** 128 bits: two values of one tenant share an index by chance once in 2^64. */
const INDEX_BYTES = 16;

/**
 * The blind index of a value: equal values have equal ones, and without the key nobody can
 * compute or guess one (HMAC-SHA-256). The tenant is part of it, so that a dump does not even
 * show that two tenants know the same person.
 *
 * @returns `<key id>.<index in base64url>` under the ring's current key
 */
export function blindIndex(value: string, space: IndexSpace, { current }: KeyRing): string {
  return indexUnder(current, value, space);
}

/** The index under every key of the ring. A look-up tries them all while a rotation is under way. */
export function blindIndexes(value: string, space: IndexSpace, { keys }: KeyRing): string[] {
  return keys.map((key) => indexUnder(key, value, space));
}

function indexUnder({ id, key }: RingKey, value: string, { tenantId, table, column }: IndexSpace): string {
  const mac = createHmac('sha256', key)
    .update(JSON.stringify([tenantId, table, column, value]))
    .digest();
  return `${id}.${mac.subarray(0, INDEX_BYTES).toString('base64url')}`;
}
