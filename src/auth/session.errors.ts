import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const sessionErrors = {
  ended: { code: 'session.ended', status: 401, title: 'The session has ended' },
  none: { code: 'session.none', status: 404, title: 'The request belongs to no session' },
  notFound: { code: 'session.not_found', status: 404, title: 'The session does not exist' },
  returnUrl: { code: 'session.return_url', status: 400, title: 'The return URL is not allowed' },
  logInFailed: { code: 'session.log_in_failed', status: 400, title: 'The log-in could not be completed' },
} as const satisfies Record<string, ErrorCondition>;

/** The same words for a secret that never existed, one that has expired, and one that was taken back. */
export function sessionEnded(cause?: unknown): AppError {
  return new AppError(sessionErrors.ended, {
    cause,
    // The cookie stays: an answer that was slow would take away the one of a new log-in.
    headers: { 'www-authenticate': 'Bearer realm="api"' },
  });
}

/** Which check failed is in the security event. */
export function logInFailed(cause?: unknown): AppError {
  return new AppError(sessionErrors.logInFailed, { cause, detail: 'Begin again at /auth/login.' });
}
