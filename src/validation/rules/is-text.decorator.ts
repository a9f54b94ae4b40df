import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { isAllowedText, normalizeText, type TextRules } from './text.js';

/**
 * Sorting combining marks takes quadratic time, so only text that could still fit is normalised:
 * composing shrinks it to a quarter at the very most.
 */
const MAX_COMPOSITION = 4;

/** A string of bounded length without control characters, in Unicode normal form C. */
export function IsText(rules: Partial<TextRules> & Pick<TextRules, 'maxLength'>): PropertyDecorator {
  const complete: TextRules = { minLength: 1, isMultiline: false, ...rules };
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && value.length <= MAX_COMPOSITION * complete.maxLength
        ? normalizeText(value)
        : value,
    ),
    ValidateBy({
      name: 'isText',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isAllowedText(value, complete),
        defaultMessage: () =>
          `$property must be text of ${complete.minLength} to ${complete.maxLength} characters without control characters`,
      },
    }),
  );
}
