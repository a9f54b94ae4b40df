/** The middle of some figures. */
export function medianOf(figures: readonly number[]): number {
  return quantileOf(figures, 0.5);
}

/** What that share of the figures lies below, between two of them in proportion. */
export function quantileOf(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * How one row of figures relates to another one that was measured beside it: each figure is compared with the
 * one of its own round, since a slow moment of the machine hits both.
 */
export function paired(
  ones: readonly number[],
  others: readonly number[],
  compare: (one: number, other: number) => number,
): number[] {
  const rounds = Math.min(ones.length, others.length);
  return ones.slice(0, rounds).map((one, round) => compare(one, others[round] ?? NaN));
}
