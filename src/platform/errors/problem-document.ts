import type { AppError } from './app-error.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The body of every failure (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly requestId: string;
  readonly [extension: string]: unknown;
}

/** Describes a failure to its caller: the condition, the public detail and the request id, nothing else. */
export function problemDocument(error: AppError, requestId: string): ProblemDocument {
  const { code, status, title } = error.condition;
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...error.extensions,
    requestId,
  };
}
