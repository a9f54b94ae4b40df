/** The middle of some figures; of an even number of them the mean of the two in the middle. */
export function medianOf(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/**
 * How one row of figures relates to another one that was measured beside it: each figure is compared with the
 * one of its own round, since a slow moment of the machine hits both.
 */
export function pairedMedian(
  ones: readonly number[],
  others: readonly number[],
  compare: (one: number, other: number) => number,
): number {
  const rounds = Math.min(ones.length, others.length);
  return medianOf(ones.slice(0, rounds).map((one, round) => compare(one, others[round] ?? NaN)));
}
