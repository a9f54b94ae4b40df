import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { hashSecret, isSecretOf } from './key-hash.js';

const [A, B] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
const PEPPERS = new KeyRing(`b:${B},a:${A}`);

describe('the hash of a secret', () => {
  const stored = hashSecret('key-1', 'secret', PEPPERS);

  it('[P6.1] is made with the current pepper, and found again by its name', () => {
    expect(stored.pepper).toBe('b');
    expect(isSecretOf(stored, 'key-1', 'secret', PEPPERS)).toBe(true);
    expect(isSecretOf(stored, 'key-1', 'secret', new KeyRing(`a:${A},b:${B}`))).toBe(true);
  });

  it('[P6.1] is good for one secret, one key and one pepper', () => {
    expect(isSecretOf(stored, 'key-1', 'Secret', PEPPERS)).toBe(false);
    expect(isSecretOf(stored, 'key-2', 'secret', PEPPERS)).toBe(false);
    expect(isSecretOf({ ...stored, pepper: 'a' }, 'key-1', 'secret', PEPPERS)).toBe(false);
    expect(isSecretOf(stored, 'key-1', 'secret', new KeyRing(`b:${A}`))).toBe(false);
  });

  it('[P6.1] under a pepper that is gone fits nothing', () => {
    expect(isSecretOf(stored, 'key-1', 'secret', new KeyRing(`a:${A}`))).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['cut', stored.hash.slice(0, -4)],
    ['longer', `${stored.hash}AAAA`],
  ])('[P6.1] that is %s fits nothing, and breaks nothing', (_what, hash) => {
    expect(isSecretOf({ ...stored, hash }, 'key-1', 'secret', PEPPERS)).toBe(false);
  });
});
