import { describe, expect, it } from 'vitest';
import { ErrorShare } from './error-share.js';

const MINUTE = 60_000;
const share = () => new ErrorShare({ minErrors: 10, minShare: 0.1 });
/** So many good answers and errors in one minute; what the last error yields. */
function play(counter: ErrorShare, minute: number, good: number, errors: number): number {
  for (let index = 0; index < good; index += 1) {
    counter.count(false, minute * MINUTE);
  }
  return Array.from({ length: errors }, () => counter.count(true, minute * MINUTE)).at(-1) ?? 0;
}

describe('the share of errors', () => {
  it('jumps when there are many, among all answers and against the minutes before', () => {
    const counter = share();
    play(counter, 0, 100, 1);

    expect(play(counter, 1, 50, 9)).toBe(0);
    expect(play(counter, 1, 0, 1)).toBe(10);
  });

  it('does not jump while it stays what it was', () => {
    const counter = share();
    play(counter, 0, 100, 20);

    expect(play(counter, 1, 100, 20)).toBe(0);
  });

  it('does not jump for few errors of many answers, nor for few answers at all', () => {
    expect(play(share(), 0, 1000, 20)).toBe(0);
    expect(play(share(), 0, 0, 9)).toBe(0);
  });

  it('forgets what is longer ago than ten minutes', () => {
    const counter = share();
    play(counter, 0, 10, 90);

    expect(play(counter, 11, 10, 90)).toBe(90);
  });
});
