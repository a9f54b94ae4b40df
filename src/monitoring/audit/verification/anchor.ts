import { createHmac, type KeyObject } from 'node:crypto';

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
  return createHmac('sha256', key).update(text).digest();
}
