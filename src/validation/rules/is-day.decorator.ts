import { Rule } from './rule.js';

/** Of this century: a year with a typing error in it would be a scan of everything, or of nothing. */
const DAY = /^20\d\d-\d\d-\d\d$/;

/** A day of the calendar, such as 2027-01-15. */
export function IsDay(): PropertyDecorator {
  return Rule({
    name: 'isDay',
    schema: { type: 'string', format: 'date', maxLength: 10, pattern: DAY.source },
    isAllowed: (value) => typeof value === 'string' && DAY.test(value) && isInCalendar(value),
    message: '$property must be a day such as 2027-01-15',
  });
}

/** The 30th of February is none: a Date would move it into March. */
function isInCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
