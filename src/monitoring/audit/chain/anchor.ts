import { createHmac, type KeyObject } from 'node:crypto';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { purposeKey } from './purpose-key.js';

/** Where the chain begins after old rows were removed. */
export interface Anchor {
  readonly position: bigint;
  readonly mac: Uint8Array;
  /** Digests of removed rows whose links come later. */
  readonly stragglers: ReadonlyMap<bigint, Uint8Array>;
}

/** As JSON keeps them, in one order. */
export function stragglersAsJson(stragglers: Anchor['stragglers']): [id: string, digest: string][] {
  return [...stragglers]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, digest]) => [String(id), Buffer.from(digest).toString('hex')]);
}

/** Without it, whoever removes the older half of the trail could say that it was the retention. */
export function signatureOf({ position, mac, stragglers }: Anchor, key: KeyObject): Buffer {
  const text = JSON.stringify([
    'audit anchor',
    String(position),
    Buffer.from(mac).toString('hex'),
    stragglersAsJson(stragglers),
  ]);
  return createHmac('sha256', purposeKey(key, 'audit anchor')).update(text).digest();
}

/** As the database keeps it; a position as text, because a number is not exact. */
export interface AnchorRow {
  readonly position: string;
  readonly mac: Uint8Array;
  readonly stragglers: readonly (readonly [id: string, digest: string])[];
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** With whether it is signed with a key of the ring: anybody who owns the table can write one down. */
export function readAnchor(
  { position, mac, stragglers, keyId, signature }: AnchorRow,
  keys: KeyRing,
): Anchor & { readonly isSigned: boolean } {
  const byId = new Map(stragglers.map(([id, hex]) => [BigInt(id), Buffer.from(hex, 'hex')]));
  const anchor = { position: BigInt(position), mac, stragglers: byId };
  const key = keys.find(keyId);
  const isSigned = key !== undefined && Buffer.compare(signatureOf(anchor, key), signature) === 0;
  return { ...anchor, isSigned };
}
