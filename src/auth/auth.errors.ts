import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const authErrors = {
  credentialsMissing: { code: 'auth.credentials_missing', status: 401, title: 'Authentication is required' },
  invalidToken: { code: 'auth.invalid_token', status: 401, title: 'The access token is not valid' },
  multipleCredentials: {
    code: 'auth.multiple_credentials',
    status: 400,
    title: 'The request carries more than one credential',
  },
  forbidden: { code: 'auth.forbidden', status: 403, title: 'The caller may not do this' },
  insufficientScope: {
    code: 'auth.insufficient_scope',
    status: 403,
    title: 'The credential lacks a required scope',
  },
  issuerUnavailable: {
    code: 'auth.issuer_unavailable',
    status: 503,
    title: 'Access tokens cannot be verified at the moment',
  },
} as const satisfies Record<string, ErrorCondition>;

/** Seconds after which a caller may try again while the issuer's keys cannot be had. */
const RETRY_AFTER_SECONDS = 5;

/*
 * The `WWW-Authenticate` answers of RFC 6750 §3. All refused tokens get the same words: which
 * check failed would help only whoever is trying tokens out. The security event has the reason.
 */

export function credentialsMissing(): AppError {
  return challenge(authErrors.credentialsMissing, 'Bearer realm="api"');
}

export function invalidToken(cause?: unknown): AppError {
  return challenge(authErrors.invalidToken, 'Bearer realm="api", error="invalid_token"', cause);
}

export function multipleCredentials(): AppError {
  return challenge(authErrors.multipleCredentials, 'Bearer realm="api", error="invalid_request"');
}

export function insufficientScope(required: readonly string[]): AppError {
  const scope = required.join(' ');
  return challenge(
    authErrors.insufficientScope,
    `Bearer realm="api", error="insufficient_scope", scope="${scope}"`,
  );
}

export function forbidden(): AppError {
  return new AppError(authErrors.forbidden);
}

export function issuerUnavailable(cause: unknown): AppError {
  return new AppError(authErrors.issuerUnavailable, {
    cause,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
}

function challenge(condition: ErrorCondition, value: string, cause?: unknown): AppError {
  return new AppError(condition, { headers: { 'www-authenticate': value }, cause });
}
