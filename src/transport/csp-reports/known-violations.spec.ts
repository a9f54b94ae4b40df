import { describe, expect, it } from 'vitest';
import { KnownViolations } from './known-violations.js';

const inline = { directive: 'script-src-elem', blocked: 'inline' };

describe('known violations', () => {
  it('make news once, whatever comes between', () => {
    const known = new KnownViolations(10, 10);

    const news = [inline, { ...inline, blocked: 'eval' }, inline].map((one) => known.isNews({ ...one }, 0));

    expect(news).toEqual([true, true, false]);
  });

  it('are forgotten when more come than are kept, the oldest first', () => {
    const known = new KnownViolations(2, 10);
    [1, 2, 3].forEach((number) => known.isNews({ number }, 0));

    expect([3, 2, 1].map((number) => known.isNews({ number }, 0))).toEqual([false, false, true]);
  });

  it('are no news beyond the number of an hour, and are again in the next', () => {
    const known = new KnownViolations(100, 2);

    const news = [1, 2, 3].map((number) => known.isNews({ number }, 1000));

    expect(news).toEqual([true, true, false]);
    expect(known.isNews({ number: 3 }, 4599)).toBe(false);
    expect(known.isNews({ number: 3 }, 4600)).toBe(true);
  });
});
