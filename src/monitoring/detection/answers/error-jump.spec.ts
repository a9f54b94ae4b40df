import { describe, expect, it } from 'vitest';
import { errorJump } from './error-jump.js';

const BOUNDS = { kind: 'failures', minErrors: 10, minShare: 0.1 } as const;
/** A minute with so many good answers and failures. */
const minute = (number: number, good: number, failures: number) => ({
  number,
  answers: good + failures,
  refusals: 0,
  failures,
});

describe('errorJump', () => {
  it.each([
    { what: 'many, among all answers and against before', now: [50, 10], before: [100, 1], jump: 10 },
    { what: 'one too few', now: [50, 9], before: [100, 1], jump: 0 },
    { what: 'a share that stays what it was', now: [100, 20], before: [100, 20], jump: 0 },
    { what: 'few of many answers', now: [1000, 20], before: [0, 0], jump: 0 },
    { what: 'many with nothing before', now: [0, 30], before: [0, 0], jump: 30 },
    { what: 'just as many as three times before', now: [70, 30], before: [90, 10], jump: 30 },
  ])('says $jump of $what', ({ now: [good = 0, bad = 0], before: [goodBefore = 0, badBefore = 0], jump }) => {
    const minutes = [minute(7, good, bad), minute(6, goodBefore, badBefore)];

    expect(errorJump(7, minutes, BOUNDS)).toBe(jump);
  });

  it('looks at the minute that is asked for, in whatever order they come', () => {
    const minutes = [minute(6, 100, 1), minute(8, 0, 50), minute(7, 50, 10)];

    expect(errorJump(7, minutes, BOUNDS)).toBe(10);
    expect(errorJump(6, minutes, BOUNDS)).toBe(0);
  });

  it('counts a share that is just enough', () => {
    expect(errorJump(7, [minute(7, 90, 10)], BOUNDS)).toBe(10);
  });

  it('counts each kind by itself, and a minute without answers as none', () => {
    expect(errorJump(7, [minute(7, 0, 30)], { ...BOUNDS, kind: 'refusals' })).toBe(0);
    expect(errorJump(7, [], BOUNDS)).toBe(0);
  });
});
