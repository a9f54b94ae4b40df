import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const apiKeysErrors = {
  invalid: { code: 'api_key.invalid', status: 401, title: 'The API key is not valid' },
  notFound: { code: 'api_key.not_found', status: 404, title: 'The API key does not exist' },
  none: { code: 'api_key.none', status: 404, title: 'The request was not made with an API key' },
  beyondCaller: {
    code: 'api_key.beyond_caller',
    status: 403,
    title: 'The key would have more than its creator has',
  },
  tooMany: { code: 'api_key.too_many', status: 409, title: 'The owner has as many keys as allowed' },
  over: { code: 'api_key.over', status: 409, title: 'The key has expired or was revoked' },
  superseded: {
    code: 'api_key.superseded',
    status: 409,
    title: 'The key has been rotated, and this is its earlier secret',
  },
  changedMeanwhile: {
    code: 'api_key.changed_meanwhile',
    status: 409,
    title: 'The key was rotated or revoked at the same moment',
  },
} as const satisfies Record<string, ErrorCondition>;

/** The same words for a key that is malformed, unknown, expired, revoked, or comes from elsewhere. */
export function invalidKey(cause?: unknown): AppError {
  return new AppError(apiKeysErrors.invalid, {
    cause,
    headers: { 'www-authenticate': 'ApiKey realm="api"' },
  });
}

/** @param parts what is too much: `scopes`, `expiresInDays`, … */
export function beyondCaller(parts: readonly string[]): AppError {
  return new AppError(apiKeysErrors.beyondCaller, {
    detail: `Ask for less, or as somebody who may more: ${parts.join(', ')}.`,
  });
}
