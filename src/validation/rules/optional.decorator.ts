import { IsOptional, ValidateIf } from 'class-validator';

/** What a field may be instead of a value; the documentation reads it from the rule's context. */
export interface Presence {
  readonly mayBeAbsent: boolean;
  readonly mayBeNull: boolean;
}

/**
 * The field may be left out, but not be null. class-validator's own `@IsOptional()` lets null
 * past every other rule, which is how a null reaches a column that must not have one.
 */
export function MayBeAbsent(): PropertyDecorator {
  const context: Presence = { mayBeAbsent: true, mayBeNull: false };
  return ValidateIf((_object, value) => value !== undefined, { context });
}

/** The field may be left out, and null means that there is no value. */
export function MayBeNull(): PropertyDecorator {
  const context: Presence = { mayBeAbsent: true, mayBeNull: true };
  return IsOptional({ context });
}

/** The field is always there, and null when there is no value: how answers say it. */
export function IsValueOrNull(): PropertyDecorator {
  const context: Presence = { mayBeAbsent: false, mayBeNull: true };
  return ValidateIf((_object, value) => value !== null, { context });
}
