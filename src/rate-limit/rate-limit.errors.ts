import { AppError, type ErrorCondition } from '../platform/errors/app-error.js';

export const rateLimitErrors = {
  exceeded: { code: 'rate_limit.exceeded', status: 429, title: 'Too many requests' },
  overloaded: { code: 'rate_limit.overloaded', status: 503, title: 'The operation is busy' },
} as const satisfies Record<string, ErrorCondition>;

/** @param retryAfterSeconds after which the same request is admitted (RFC 6585 §4, RFC 9110 §10.2.3) */
export function tooManyRequests(retryAfterSeconds: number): AppError {
  return new AppError(rateLimitErrors.exceeded, { headers: { 'retry-after': String(retryAfterSeconds) } });
}

export function overloaded(retryAfterSeconds: number): AppError {
  return new AppError(rateLimitErrors.overloaded, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
