import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from './key-ring.js';

const secret = (): string => randomBytes(32).toString('base64');
const [A, B] = [secret(), secret()];

describe('a key ring', () => {
  it('makes new things with its first key and finds all', () => {
    const ring = new KeyRing(`b:${B}, a:${A}`);

    expect(ring.current.id).toBe('b');
    expect(ring.keys.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(ring.find('a')?.export().toString('base64')).toBe(A);
    expect(ring.find('c')).toBeUndefined();
  });

  it('takes base64 with and without padding, and base64url', () => {
    const url = Buffer.from(A, 'base64').toString('base64url');

    expect(new KeyRing(`a:${url}`).sharesKeyWith(new KeyRing(`b:${A}`))).toBe(true);
    expect(new KeyRing(`a:${A}`).sharesKeyWith(new KeyRing(`a:${B}`))).toBe(false);
  });

  it('shares a key with another when one of its keys is one of the other’s', () => {
    const C = secret();

    expect(new KeyRing(`a:${A},b:${B}`).sharesKeyWith(new KeyRing(`c:${C},d:${B}`))).toBe(true);
    expect(new KeyRing(`a:${A},b:${B}`).sharesKeyWith(new KeyRing(`c:${C}`))).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['a key without id', A],
    ['an id without key', 'a:'],
    ['a short key', `a:${randomBytes(31).toString('base64')}`],
    ['a long key', `a:${randomBytes(33).toString('base64')}`],
    ['a long id', `${'a'.repeat(17)}:${A}`],
    ['an id with a dot', `a.b:${A}`],
    ['an empty entry', `a:${A},`],
  ])('is not made of %s, and the fault has no value in it', (_what, text) => {
    expect(() => new KeyRing(text)).toThrow('is not a list of id:key, each key 32 bytes in base64');
  });

  it.each([
    ['an id', `a:${A},a:${B}`],
    ['a key', `a:${A},b:${A}`],
  ])('does not repeat %s', (_what, text) => {
    expect(() => new KeyRing(text)).toThrow('repeats an id or a key');
  });
});
