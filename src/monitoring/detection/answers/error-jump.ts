import type { Minute } from './minute.js';

/** As many times the share of the minutes before is a jump. */
const FACTOR = 3;

/** When errors of one kind are so many that somebody should look. */
export interface JumpBounds {
  readonly kind: 'refusals' | 'failures';
  readonly minErrors: number;
  /** Of all answers of the minute. */
  readonly minShare: number;
}

/**
 * Whether a minute has far more errors than those before it.
 *
 * @param minutes the minute and those before it, in any order
 * @returns the errors of that minute when they are a jump, otherwise 0
 */
export function errorJump(
  number: number,
  minutes: readonly Minute[],
  { kind, minErrors, minShare }: JumpBounds,
): number {
  const minute = minutes.find((one) => one.number === number);
  if (!minute || minute[kind] < minErrors || minute[kind] < minShare * minute.answers) {
    return 0;
  }
  const before = minutes.filter((one) => one.number < number);
  const answersBefore = before.reduce((sum, one) => sum + one.answers, 0);
  const errorsBefore = before.reduce((sum, one) => sum + one[kind], 0);
  // Shares, multiplied out: there may have been no answers before.
  return minute[kind] * answersBefore >= FACTOR * errorsBefore * minute.answers ? minute[kind] : 0;
}
