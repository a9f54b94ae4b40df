import { z } from 'zod';

/*
 * The few kinds of setting there are. Each takes the text of one variable and says, when it
 * does not fit, which rule was broken and never what the text was: it may be a secret.
 */

/** Any text within `maxLength` characters. */
export function text({ maxLength = 1000 } = {}) {
  return z.string('is required').max(maxLength, `is longer than ${maxLength} characters`);
}

/** A day of the calendar, such as 2027-06-30: its first moment in UTC. */
export function calendarDate() {
  return z.string('is required').transform((value, context): Date => {
    const date = new Date(`${value}T00:00:00.000Z`);
    // The second half refuses the 30th of February, which a Date would move into March.
    if (
      !/^\d{4}-\d{2}-\d{2}$/.test(value) ||
      Number.isNaN(date.getTime()) ||
      !date.toISOString().startsWith(value)
    ) {
      context.addIssue('is not a date such as 2027-06-30');
      return z.NEVER;
    }
    return date;
  });
}

/** A whole number in plain decimal digits; `0x10`, `1e3` and ` 7` are not numbers here. */
export function wholeNumber({ min, max }: { min: number; max: number }) {
  return z
    .string('is required')
    .regex(/^(0|[1-9][0-9]{0,14})$/, 'is not a whole number in decimal digits')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `is not between ${min} and ${max}`);
}

/** One word out of a closed list. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `is not one of ${words.join(', ')}`);
}

/** Words separated by commas, each matching `pattern`; at least one. */
export function listOf(pattern: RegExp, rule: string) {
  return z
    .string('is required')
    .transform((value) => value.split(',').map((word) => word.trim()))
    .refine((words) => words.every((word) => pattern.test(word)), rule);
}

/** An absolute URL with one of the given schemes and without user name, password or fragment. */
export function absoluteUrl(...schemes: readonly string[]) {
  return z.string('is required').refine(
    (value) => {
      const url = URL.parse(value);
      return (
        url !== null &&
        schemes.includes(url.protocol.slice(0, -1)) &&
        `${url.username}${url.password}${url.hash}` === ''
      );
    },
    `is not an absolute ${schemes.join(' or ')} URL without credentials and fragment`,
  );
}

/** The address of a server together with the credentials for it. */
export function connectionUrl(...schemes: readonly string[]) {
  return z
    .string('is required')
    .refine(
      (value) => schemes.includes(URL.parse(value)?.protocol.slice(0, -1) ?? ''),
      `is not a ${schemes.join(' or ')} URL`,
    );
}

const PLACEHOLDER = /change.?me|replace.?me|placeholder|example|secret|password|0{8}|123456/i;

/** A random secret of the application: 256 bits at least, and not one of the known placeholders. */
export function randomSecret() {
  return z
    .string('is required')
    .regex(/^[A-Za-z0-9_+/=-]{43,512}$/, 'is not 43 or more characters of base64 (32 random bytes)')
    .refine(
      (value) => !PLACEHOLDER.test(value),
      'looks like a placeholder; make one with: openssl rand -base64 32',
    )
    .refine((value) => new Set(value).size >= 16, 'repeats too few characters to be random');
}
