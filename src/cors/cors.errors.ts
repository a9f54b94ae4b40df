import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const corsErrors = {
  unintended: {
    code: 'csrf.refused',
    status: 403,
    title: 'The request does not show that its page meant it',
  },
} as const satisfies Record<string, ErrorCondition>;

/** The same words for every fault; the security event says which it was. */
export function unintendedRequest(): AppError {
  return new AppError(corsErrors.unintended, {
    detail: 'Send X-CSRF-Token with the csrfToken of GET /auth/session, from an allowed origin.',
  });
}
