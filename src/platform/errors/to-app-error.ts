import { HttpException } from '@nestjs/common';
import { AppError, type ErrorCondition } from './app-error.js';
import { platformErrors } from './platform.errors.js';

const CONDITION_BY_STATUS = new Map<number, ErrorCondition>(
  Object.values(platformErrors).map((condition) => [condition.status, condition]),
);

/**
 * Translates whatever was thrown. Nest's and Fastify's own errors keep their status and lose
 * their words, which can name internals; anything unknown is a 500 with its cause kept for the log.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) {
    return thrown;
  }
  const condition = CONDITION_BY_STATUS.get(statusOf(thrown)) ?? platformErrors.internal;
  return new AppError(condition, { cause: thrown });
}

/**
 * The status of a framework's error. A status on any other object proves nothing: a database
 * driver or an HTTP client may carry one that belongs to somebody else's answer.
 */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) {
    return knownOr(thrown.getStatus(), 400);
  }
  if (isHungUp(thrown)) {
    return 400;
  }
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number') {
    const isFastify = 'code' in thrown && String(thrown.code).startsWith('FST_');
    const isParser = thrown instanceof SyntaxError;
    return isFastify || isParser ? knownOr(thrown.statusCode, 400) : 500;
  }
  return 500;
}

/** What Node says of a body whose sender has gone: nobody's fault here, and nobody reads the answer. */
function isHungUp(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    thrown.message === 'aborted' &&
    'code' in thrown &&
    thrown.code === 'ECONNRESET'
  );
}

/** A client error that has no condition of its own is a malformed request. */
function knownOr(status: number, fallback: number): number {
  return status < 500 && !CONDITION_BY_STATUS.has(status) ? fallback : status;
}
