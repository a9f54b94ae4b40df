import { createSecretKey, type KeyObject } from 'node:crypto';

/** One key and the id that stands in front of everything it made. */
export interface RingKey {
  readonly id: string;
  readonly key: KeyObject;
}

const ENTRY = /^(?<id>[a-z0-9-]{1,16}):(?<secret>[A-Za-z0-9_+/-]{43})=?$/;

/**
 * Keys with ids. The first one is current: it makes everything new. The others stay, to open
 * what they made, until nothing of it is left.
 */
export class KeyRing {
  readonly keys: readonly RingKey[];
  readonly current: RingKey;

  /**
   * @param text `id:key,id:key`, each key 32 bytes in base64
   * @throws TypeError that names the broken rule and no value
   */
  constructor(text: string) {
    const entries = text.split(',').map((entry) => ENTRY.exec(entry.trim())?.groups);
    this.keys = entries.map((entry) => {
      if (!entry) {
        throw new TypeError('is not a list of id:key, each key 32 bytes in base64');
      }
      const { id = '', secret = '' } = entry;
      return { id, key: createSecretKey(Buffer.from(secret, 'base64')) };
    });
    const isRepeated = ({ id, key }: RingKey, index: number): boolean =>
      this.keys.slice(0, index).some((other) => other.id === id || other.key.equals(key));
    if (this.keys.some(isRepeated)) {
      throw new TypeError('repeats an id or a key');
    }
    this.current = this.keys[0] as RingKey;
  }

  find(id: string): KeyObject | undefined {
    return this.keys.find((key) => key.id === id)?.key;
  }

  sharesKeyWith(other: KeyRing): boolean {
    return this.keys.some(({ key }) => other.keys.some((one) => one.key.equals(key)));
  }
}
