import { describe, expect, it } from 'vitest';
import { medianOf, paired, quantileOf } from './statistics.js';

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

it('a quantile lies between two figures in proportion', () => {
  expect(quantileOf([10, 20, 30], 0.25)).toBe(15);
});

describe('paired figures', () => {
  it('are compared within their round: what slows a whole round down changes nothing', () => {
    const [base, slower] = [
      [100, 1000, 100],
      [200, 2000, 200],
    ];

    expect(paired(base, slower, (one, other) => one / other)).toEqual([0.5, 0.5, 0.5]);
  });

  it('without a partner are left out', () => {
    expect(paired([1, 2, 3], [1], (one, other) => one - other)).toEqual([0]);
  });
});
