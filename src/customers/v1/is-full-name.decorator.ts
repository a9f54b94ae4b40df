import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { CUSTOMER_LIMITS } from '../customer.js';
import { splitFullName } from './full-name.js';

/** A given and a family name with a space between them, neither longer than its column. */
export function IsFullName(): PropertyDecorator {
  return applyDecorators(
    IsText({ maxLength: 2 * CUSTOMER_LIMITS.name + 1 }),
    ValidateBy({
      name: 'isFullName',
      validator: {
        validate: (value: unknown) => {
          const names = typeof value === 'string' ? splitFullName(value) : null;
          return (
            names !== null &&
            names.givenName.length <= CUSTOMER_LIMITS.name &&
            names.familyName.length <= CUSTOMER_LIMITS.name
          );
        },
        defaultMessage: () =>
          `$property must be a given and a family name of at most ${CUSTOMER_LIMITS.name} characters each`,
      },
    }),
  );
}
