import { IsOptional, ValidateIf } from 'class-validator';

/**
 * The field may be left out, but not be null. class-validator's own `@IsOptional()` lets null
 * past every other rule, which is how a null reaches a column that must not have one.
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** The field may be left out, and null means that there is no value. */
export function MayBeNull(): PropertyDecorator {
  return IsOptional();
}
