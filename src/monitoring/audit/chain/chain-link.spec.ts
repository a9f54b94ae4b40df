import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureOf } from './anchor.js';
import { BEGINNING, macOf } from './chain-link.js';
import { purposeKey } from './purpose-key.js';

const KEY = createSecretKey(Buffer.alloc(32, 1));
const HASH = new Uint8Array(32).fill(2);
const link = (digest: Uint8Array) => ({ position: 1n, eventId: 2n, digest });

describe('macOf', () => {
  it.each([
    [new Uint8Array(31), HASH],
    [HASH, new Uint8Array(33)],
    [Buffer.from('["audit anchor","1","'), HASH],
    [HASH, new Uint8Array(0)],
  ])('binds two hashes and nothing else', (previous, digest) => {
    expect(() => macOf(link(digest), previous, KEY)).toThrow(TypeError);
  });

  it('is made with a key of its own, so that no other MAC of the trail is one', () => {
    const numbers = Buffer.from('00000000000000010000000000000002', 'hex');
    const made = createHmac('sha256', purposeKey(KEY, 'audit link'))
      .update(Buffer.concat([BEGINNING, numbers, HASH]))
      .digest();

    expect(macOf(link(HASH), BEGINNING, KEY)).toEqual(made);
  });

  it('differs by every part of what it binds', () => {
    const macs = [
      macOf(link(HASH), BEGINNING, KEY),
      macOf(link(BEGINNING), BEGINNING, KEY),
      macOf(link(HASH), HASH, KEY),
      macOf({ ...link(HASH), position: 2n }, BEGINNING, KEY),
      macOf({ ...link(HASH), eventId: 3n }, BEGINNING, KEY),
    ].map((mac) => mac.toString('hex'));

    expect(new Set(macs).size).toBe(macs.length);
  });
});

describe('signatureOf', () => {
  it('covers the stragglers', () => {
    const anchor = { position: 1n, mac: HASH, stragglers: new Map([[5n, HASH]]) };
    const without = { ...anchor, stragglers: new Map<bigint, Uint8Array>() };

    expect(signatureOf(anchor, KEY)).not.toEqual(signatureOf(without, KEY));
  });
});

describe('purposeKey', () => {
  it('is the same for one purpose, and another one for each', () => {
    const [one, again, other] = [
      purposeKey(KEY, 'audit link'),
      purposeKey(KEY, 'audit link'),
      purposeKey(KEY, 'audit anchor'),
    ];

    expect([one.equals(again), one.equals(other), one.equals(KEY)]).toEqual([true, false, false]);
  });
});
