import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';
import { platformErrors } from '../platform/errors/platform.errors.js';

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

/** The same answer for a customer of another tenant as for none at all: existence is a secret too. */
export function customerNotFound(): AppError {
  return new AppError(customersErrors.notFound);
}

export function changedInTheMeantime(): AppError {
  return new AppError(platformErrors.preconditionFailed);
}
