import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';
import { platformErrors } from '../platform/errors/platform.errors.js';
import { ValidationFailure } from '../validation/boundary/validation-failure.js';

export const customersErrors = {
  notFound: { code: 'customers.not_found', status: 404, title: 'The customer does not exist' },
  emailTaken: {
    code: 'customers.email_taken',
    status: 409,
    title: 'Another customer has this e-mail address',
  },
  invalidCursor: {
    code: 'customers.invalid_cursor',
    status: 400,
    title: 'The cursor does not belong to this list',
  },
} as const satisfies Record<string, ErrorCondition>;

/**
 * Nobody gets such a cursor by accident, so it is reported like any other refused input: somebody
 * changed one, or tries another list's.
 */
export function invalidCursor(): AppError {
  const messages = ['cursor must be one that this list handed out'];
  const fault = { field: 'cursor', in: 'query', rules: ['isCursorOfList'], messages } as const;
  return new ValidationFailure([fault], customersErrors.invalidCursor);
}

/** The same answer for a customer of another tenant as for none at all: existence is a secret too. */
export function customerNotFound(): AppError {
  return new AppError(customersErrors.notFound);
}

export function changedInTheMeantime(): AppError {
  return new AppError(platformErrors.preconditionFailed);
}
