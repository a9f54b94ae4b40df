import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openToken, sealToken } from './sealed-token.js';

const KEY = randomBytes(32);
const CONTEXT = ['list', 'acme'];
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');

describe('a sealed token', () => {
  it.each([[{ after: ['x', 1] }], ['text'], [0], [null], [[]], [{ é: '👩' }]])(
    'gives back the value %j under its key',
    (value) => {
      expect(openToken(sealToken(value, CONTEXT, KEY), CONTEXT, KEY)).toEqual(value);
    },
  );

  it('is URL-safe text, another one each time, and does not show what is inside', () => {
    const tokens = Array.from({ length: 50 }, () => sealToken({ name: 'Lovelace' }, CONTEXT, KEY));

    expect(new Set(tokens).size).toBe(50);
    expect(tokens.filter((token) => !/^[\w-]+$/.test(token))).toEqual([]);
    expect(tokens.filter((token) => Buffer.from(token, 'base64url').includes('Lovelace'))).toEqual([]);
  });

  it('is refused under another key', () => {
    expect(openToken(sealToken({ a: 1 }, CONTEXT, KEY), CONTEXT, randomBytes(32))).toBeUndefined();
  });

  it.each([[['list', 'globex']], [['list']], [['list', 'acme', null]], ['list,acme'], [null]])(
    'is refused in the other context %j',
    (context) => {
      expect(openToken(sealToken({ a: 1 }, CONTEXT, KEY), context, KEY)).toBeUndefined();
    },
  );

  // Three lengths, because the last character of base64 carries two, four or six bits.
  it.each([{ a: 1 }, { a: 12 }, { a: 123 }])('is refused with any one character changed: %j', (value) => {
    const token = sealToken(value, CONTEXT, KEY);

    for (const [index, character] of token.split('').entries()) {
      for (const other of ALPHABET.filter((letter) => letter !== character)) {
        const changed = token.slice(0, index) + other + token.slice(index + 1);
        expect(openToken(changed, CONTEXT, KEY), changed).toBeUndefined();
      }
    }
  });

  it('is refused with a character removed or added at any place', () => {
    const token = sealToken({ a: 1 }, CONTEXT, KEY);

    for (let index = 0; index <= token.length; index += 1) {
      const longer = `${token.slice(0, index)}A${token.slice(index)}`;
      expect(openToken(longer, CONTEXT, KEY), longer).toBeUndefined();
      if (index < token.length) {
        expect(openToken(token.slice(0, index) + token.slice(index + 1), CONTEXT, KEY)).toBeUndefined();
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
    const token = sealToken({ a: 1 }, CONTEXT, KEY);

    expect(openToken(respell(token), CONTEXT, KEY)).toBeUndefined();
  });

  it('is refused in the alphabet of plain base64', () => {
    // Made until both letters that differ between the alphabets occur.
    const token = Array.from({ length: 200 }, (_, index) => sealToken({ index }, CONTEXT, KEY)).find(
      (one) => one.includes('-') && one.includes('_'),
    );

    const respelt = token?.replaceAll('-', '+').replaceAll('_', '/') ?? '';

    expect(respelt).not.toBe('');
    expect(openToken(respelt, CONTEXT, KEY)).toBeUndefined();
  });

  it.each(['', 'A', 'AAAA', 'A'.repeat(21), 'A'.repeat(22), 'A'.repeat(5000), '{}', 'null', 'é'])(
    'is not found in %j',
    (text) => {
      expect(openToken(text, CONTEXT, KEY)).toBeUndefined();
    },
  );
});
