import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Rule, type RuleOptions } from './rule.js';
import { isAllowedText, normalizeText, patternOf, type TextRules } from './text.js';

/**
 * Sorting combining marks takes quadratic time, so only text that could still fit is normalised:
 * composing shrinks it to a quarter at the very most.
 */
const MAX_COMPOSITION = 4;

/** A string of bounded length without control characters, in Unicode normal form C. */
export function IsText({
  isForEach = false,
  ...rules
}: Partial<TextRules> & Pick<TextRules, 'maxLength'> & Pick<RuleOptions, 'isForEach'>): PropertyDecorator {
  const complete: TextRules = { minLength: 1, isMultiline: false, ...rules };
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && value.length <= MAX_COMPOSITION * complete.maxLength
        ? normalizeText(value)
        : value,
    ),
    Rule({
      name: 'isText',
      schema: {
        type: 'string',
        minLength: complete.minLength,
        maxLength: complete.maxLength,
        pattern: patternOf(complete),
      },
      isAllowed: (value) => typeof value === 'string' && isAllowedText(value, complete),
      isForEach,
      message: `$property must be text of ${complete.minLength} to ${complete.maxLength} characters without control characters`,
    }),
  );
}
