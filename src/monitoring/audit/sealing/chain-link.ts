import { createHmac, type KeyObject } from 'node:crypto';

/** What a link binds: an event, its place, and through the link before it everything earlier. */
export interface Link {
  readonly position: bigint;
  readonly eventId: bigint;
  readonly digest: Uint8Array;
}

/** What the first link stands on. */
export const BEGINNING: Uint8Array = new Uint8Array(32);

/**
 * The MAC of a link. Whoever changes, removes, moves or inserts an event has to make it and all later ones anew,
 * and cannot without the key, which the database does not have.
 */
export function macOf({ position, eventId, digest }: Link, previousMac: Uint8Array, key: KeyObject): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(position, 0);
  numbers.writeBigInt64BE(eventId, 8);
  return createHmac('sha256', key).update(previousMac).update(numbers).update(digest).digest();
}
