import { applyDecorators } from '@nestjs/common';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { Rule } from '../../validation/rules/rule.js';
import { CUSTOMER_LIMITS } from '../customer.js';
import { splitFullName } from './full-name.js';

/** A given and a family name with a space between them, neither longer than its column. */
export function IsFullName(): PropertyDecorator {
  return applyDecorators(
    IsText({ maxLength: 2 * CUSTOMER_LIMITS.name + 1 }),
    Rule({
      name: 'isFullName',
      schema: { type: 'string', minLength: 3 },
      isAllowed: (value) => {
        const names = typeof value === 'string' ? splitFullName(value) : null;
        return (
          names !== null &&
          names.givenName.length <= CUSTOMER_LIMITS.name &&
          names.familyName.length <= CUSTOMER_LIMITS.name
        );
      },
      message: `$property must be a given and a family name of at most ${CUSTOMER_LIMITS.name} characters each`,
    }),
  );
}
