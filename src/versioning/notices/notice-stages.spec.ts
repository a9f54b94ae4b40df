import { describe, expect, it } from 'vitest';
import { stageAt } from './notice-stages.js';

const deprecation = {
  announcedAt: new Date('2026-03-01T00:00:00Z'),
  sunsetAt: new Date('2027-08-31T00:00:00Z'),
};

describe('the stage that is due', () => {
  it.each([
    ['2026-02-28T23:59:59.999Z', null],
    ['2026-03-01T00:00:00.000Z', 'announcement'],
    ['2027-02-27T23:59:59.999Z', 'announcement'],
    // Six months before the 31st of August: February has no such day.
    ['2027-02-28T00:00:00.000Z', 'six_months'],
    ['2027-05-30T23:59:59.999Z', 'six_months'],
    ['2027-05-31T00:00:00.000Z', 'three_months'],
    ['2027-07-30T23:59:59.999Z', 'three_months'],
    ['2027-07-31T00:00:00.000Z', 'one_month'],
    ['2027-08-23T23:59:59.999Z', 'one_month'],
    ['2027-08-24T00:00:00.000Z', 'one_week'],
    ['2027-08-30T23:59:59.999Z', 'one_week'],
    ['2027-08-31T00:00:00.000Z', null],
    ['2030-01-01T00:00:00.000Z', null],
  ])('at %s is %s', (now, stage) => {
    expect(stageAt(deprecation, Date.parse(now))).toBe(stage);
  });
});
