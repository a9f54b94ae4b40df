import { describe, expect, it } from 'vitest';
import { SightingCounts } from './sighting-counts.js';

const of = (key: string, member: string) => ({ key, member, windowSeconds: 60, threshold: 3 });

describe('sightings', () => {
  it('are counted by key, each member once', () => {
    const counts = new SightingCounts();

    const numbers = ['a', 'b', 'a', 'c'].map((member) => counts.count(of('one', member), 0));

    expect(numbers).toEqual([1, 2, 2, 3]);
    expect(counts.count(of('other', 'a'), 0)).toBe(1);
  });

  it('are forgotten when the window has gone past them', () => {
    const counts = new SightingCounts();
    counts.count(of('one', 'a'), 0);
    counts.count(of('one', 'b'), 30_000);

    expect(counts.count(of('one', 'c'), 59_999)).toBe(3);
    expect(counts.count(of('one', 'd'), 90_000)).toBe(2);
  });

  it('are never more than the threshold, nor of more keys than are kept', () => {
    const counts = new SightingCounts(2);
    for (let index = 0; index < 100; index += 1) {
      counts.count(of('one', `m${index}`), 0);
    }
    expect(counts.count(of('one', 'last'), 0)).toBe(3);

    counts.count(of('two', 'a'), 0);
    counts.count(of('three', 'a'), 0);

    expect(counts.count(of('one', 'again'), 0)).toBe(1);
  });
});
