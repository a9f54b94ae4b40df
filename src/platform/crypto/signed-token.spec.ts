import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openToken, signToken } from './signed-token.js';

const KEY = randomBytes(32);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');

describe('a signed token', () => {
  it.each([[{ after: ['x', 1] }], ['text'], [0], [null], [[]], [{ é: '👩' }]])(
    'gives back the value %j under its key',
    (value) => {
      expect(openToken(signToken(value, KEY), KEY)).toEqual(value);
    },
  );

  it('is URL-safe text, the same one each time', () => {
    const token = signToken({ a: '>>>???' }, KEY);

    expect(token).toMatch(/^[\w-]+$/);
    expect(signToken({ a: '>>>???' }, KEY)).toBe(token);
  });

  it('is refused under another key', () => {
    expect(openToken(signToken({ a: 1 }, KEY), randomBytes(32))).toBeUndefined();
  });

  // Three lengths, because the last character of base64 carries two, four or six bits.
  it.each([{ a: 1 }, { a: 12 }, { a: 123 }])('is refused with any one character changed: %j', (value) => {
    const token = signToken(value, KEY);

    for (const [index, character] of token.split('').entries()) {
      for (const other of ALPHABET.filter((letter) => letter !== character)) {
        const changed = token.slice(0, index) + other + token.slice(index + 1);
        expect(openToken(changed, KEY), changed).toBeUndefined();
      }
    }
  });

  it('is refused with a character removed or added at any place', () => {
    const token = signToken({ a: 1 }, KEY);

    for (let index = 0; index <= token.length; index += 1) {
      const longer = `${token.slice(0, index)}A${token.slice(index)}`;
      expect(openToken(longer, KEY), longer).toBeUndefined();
      if (index < token.length) {
        expect(openToken(token.slice(0, index) + token.slice(index + 1), KEY)).toBeUndefined();
      }
    }
  });

  it.each([
    ['padding', (token: string) => `${token}=`],
    ['more padding', (token: string) => `${token}==`],
    ['a line break', (token: string) => `${token}\n`],
    ['a blank inside', (token: string) => `${token.slice(0, 4)} ${token.slice(4)}`],
    ['a foreign character that decoders skip', (token: string) => `${token.slice(0, 4)}!${token.slice(4)}`],
    ['something after the padding', (token: string) => `${token}=AAAA`],
  ])('is refused in a lenient spelling: %s', (_what, respell) => {
    const token = signToken({ a: 1 }, KEY);

    expect(openToken(respell(token), KEY)).toBeUndefined();
  });

  it('is refused in the alphabet of plain base64', () => {
    // Made until both letters that differ between the alphabets occur.
    const token = Array.from({ length: 200 }, (_, index) => signToken({ index }, KEY)).find(
      (one) => one.includes('-') && one.includes('_'),
    );

    const respelt = token?.replaceAll('-', '+').replaceAll('_', '/') ?? '';

    expect(respelt).not.toBe('');
    expect(openToken(respelt, KEY)).toBeUndefined();
  });

  it.each(['', 'A', 'AAAA', 'A'.repeat(21), 'A'.repeat(22), 'A'.repeat(5000), '{}', 'null', 'é'])(
    'is not found in %j',
    (text) => {
      expect(openToken(text, KEY)).toBeUndefined();
    },
  );
});
