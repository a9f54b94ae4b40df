import { describe, expect, it } from 'vitest';
import { dayOf, faultOf, monthsAfter, phaseOf } from './deprecation.js';

const day = (text: string): Date => new Date(`${text}T00:00:00.000Z`);
const from = (announced: string, sunset: string) => ({ announcedAt: day(announced), sunsetAt: day(sunset) });

describe('phaseOf', () => {
  const deprecation = from('2026-03-01', '2027-03-01');

  it.each([
    ['2026-02-28T23:59:59.999Z', 'current'],
    ['2026-03-01T00:00:00.000Z', 'deprecated'],
    ['2027-02-28T23:59:59.999Z', 'deprecated'],
    ['2027-03-01T00:00:00.000Z', 'sunset'],
  ])('at %s is %s', (now, phase) => {
    expect(phaseOf(deprecation, Date.parse(now))).toBe(phase);
  });
});

describe('faultOf', () => {
  it.each([
    ['2026-03-01', '2027-03-01'],
    ['2026-03-01', '2031-01-01'],
    ['2024-02-29', '2025-02-28'],
  ])('takes notice from %s to %s', (announced, sunset) => {
    expect(faultOf(from(announced, sunset))).toBeNull();
  });

  it.each([
    ['2026-03-01', '2027-02-28', 'less than 12 months of notice: not before 2027-03-01'],
    ['2026-03-01', '2026-03-01', 'not after the announcement'],
    ['2026-03-01', '2025-03-01', 'not after the announcement'],
  ])('refuses notice from %s to %s', (announced, sunset, words) => {
    expect(faultOf(from(announced, sunset))).toContain(words);
  });
});

describe('monthsAfter', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-08-31', -6, '2026-02-28'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2024-02-29', 12, '2025-02-28'],
  ])('of %s and %i is %s', (start, months, end) => {
    expect(dayOf(monthsAfter(day(start), months))).toBe(end);
  });
});
