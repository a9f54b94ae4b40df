import { describe, expect, it } from 'vitest';
import { medianOf, pairedMedian } from './statistics.js';

describe('the median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (figures, median) => {
    expect(medianOf(figures)).toBe(median);
  });

  it('of nothing is no number', () => {
    expect(medianOf([])).toBeNaN();
  });
});

describe('paired figures', () => {
  it('are compared within their round: what slows a whole round down changes nothing', () => {
    const [base, slower] = [
      [100, 1000, 100],
      [200, 2000, 200],
    ];

    expect(pairedMedian(base, slower, (one, other) => one / other)).toBe(0.5);
  });

  it('without a partner are left out', () => {
    expect(pairedMedian([1, 2, 3], [1], (one, other) => one - other)).toBe(0);
  });
});
