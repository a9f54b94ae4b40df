import { describe, expect, it } from 'vitest';
import { randomHex } from './random-hex.js';

describe('randomHex', () => {
  it('never repeats itself, also beyond what it has in store', () => {
    const made = Array.from({ length: 2000 }, () => randomHex(8));

    expect(new Set(made).size).toBe(made.length);
    expect(made.every((text) => /^[0-9a-f]{16}$/.test(text))).toBe(true);
  });

  it('gives as many bytes as it is asked for', () => {
    expect([1, 16, 4096].map((bytes) => randomHex(bytes).length)).toEqual([2, 32, 8192]);
  });
});
