import { Rule } from './rule.js';

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** A moment in UTC, as RFC 3339 writes it. */
export function IsTimestamp(): PropertyDecorator {
  return Rule({
    name: 'isTimestamp',
    schema: { type: 'string', format: 'date-time', maxLength: 24 },
    isAllowed: (value) =>
      typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value)),
    message: '$property must be a moment such as 2027-06-30T12:00:00Z',
  });
}
