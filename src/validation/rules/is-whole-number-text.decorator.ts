import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Rule } from './rule.js';

const MAX_INT32 = 2_147_483_647;

const DECIMAL_DIGITS = /^(0|[1-9][0-9]{0,14})$/;

/**
 * A whole number in a query or path: plain decimal digits within bounds. JavaScript's own
 * conversion would take `0x10`, `1e3`, ` 7` and the empty string for numbers as well.
 */
export function IsWholeNumberText({ min, max }: { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && DECIMAL_DIGITS.test(value) ? Number(value) : value,
    ),
    Rule({
      name: 'isWholeNumber',
      schema: { type: 'integer', format: max > MAX_INT32 ? 'int64' : 'int32', minimum: min, maximum: max },
      isAllowed: (value) => typeof value === 'number' && value >= min && value <= max,
      message: `$property must be a whole number from ${min} to ${max}`,
    }),
  );
}
