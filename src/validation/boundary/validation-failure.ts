import type { ValidationError } from 'class-validator';
import type { Violation } from '../../platform/events/security-event.js';
import { AppError, type ErrorCondition } from '../../platform/errors/app-error.js';
import { validationErrors } from '../validation.errors.js';

/** Which part of the request the fields belong to. */
export type InputPart = 'body' | 'query' | 'path' | 'headers';

/** One field and the rules that it broke, as the caller reads it. */
export interface FieldFault extends Violation {
  readonly in: InputPart;
  readonly messages: readonly string[];
}

/** The rule of a field that no schema knows. */
const UNKNOWN_FIELD = 'unknown';

const MAX_REPORTED_FAULTS = 20;
const PRINTABLE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** Input that broke a schema. The answer names fields and rules; values stay where they came from. */
export class ValidationFailure extends AppError {
  constructor(
    readonly faults: readonly FieldFault[],
    condition: ErrorCondition = validationErrors.invalid,
  ) {
    super(condition, { extensions: { errors: faults.slice(0, MAX_REPORTED_FAULTS) } });
  }

  /** For the log. The name of an unknown field is the caller's text too, so it is left out. */
  get violations(): Violation[] {
    return this.faults.slice(0, MAX_REPORTED_FAULTS).map(({ field, rules }) => ({
      field: rules.includes(UNKNOWN_FIELD) ? '(unknown)' : field,
      rules,
    }));
  }
}

/** A fault for a field that is not part of the schema. */
export function unknownField(part: InputPart, name: string): FieldFault {
  const field = PRINTABLE_NAME.test(name) ? name : '(unprintable)';
  return { field, in: part, rules: [UNKNOWN_FIELD], messages: [`${field} is not a known field`] };
}

/** Flattens what class-validator found, nested objects included. */
export function fieldFaults(part: InputPart, errors: readonly ValidationError[], path = ''): FieldFault[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = path + property;
    const nested = fieldFaults(part, children, `${field}.`);
    const rules = Object.keys(constraints);
    if (rules.includes('whitelistValidation')) {
      return [unknownField(part, field)];
    }
    return rules.length === 0
      ? nested
      : [{ field, in: part, rules, messages: Object.values(constraints) }, ...nested];
  });
}
