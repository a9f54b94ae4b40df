import { createHmac, type KeyObject } from 'node:crypto';
import { purposeKey } from './purpose-key.js';

/** What a link binds: an event, its place, and through the link before it everything earlier. */
export interface Link {
  readonly position: bigint;
  readonly eventId: bigint;
  readonly digest: Uint8Array;
}

/** What the first link stands on. */
export const BEGINNING: Uint8Array = new Uint8Array(32);

const HASH_LENGTH = 32;

/**
 * The MAC of a link. Whoever changes, removes, moves or inserts an event has to make it and all later ones anew,
 * and cannot without the key, which the database does not have.
 *
 * @throws TypeError for anything but two hashes: both come from the database, and must not become another text
 */
export function macOf({ position, eventId, digest }: Link, previousMac: Uint8Array, key: KeyObject): Buffer {
  if (previousMac.length !== HASH_LENGTH || digest.length !== HASH_LENGTH) {
    throw new TypeError('a link of the audit trail binds two hashes of 32 bytes');
  }
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(position, 0);
  numbers.writeBigInt64BE(eventId, 8);
  return createHmac('sha256', purposeKey(key, 'audit link'))
    .update(previousMac)
    .update(numbers)
    .update(digest)
    .digest();
}
