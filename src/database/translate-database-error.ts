import { AppError } from '../platform/errors/app-error.js';
import { databaseErrors } from './database.errors.js';
import { Prisma } from './generated/client.js';

/** Unique and foreign-key violations, and transactions that lost against another. */
const CONFLICT_CODES = new Set(['P2002', 'P2003', 'P2034']);

/** Unreachable, refusing, timed out, or no connection free in time. */
const UNAVAILABLE_CODES = new Set([
  'P1000',
  'P1001',
  'P1002',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);

/** `query_canceled`: the statement ran into the timeout that the configuration sets. */
const STATEMENT_TIMEOUT = '57014';

const RETRY_AFTER_SECONDS = 1;

/**
 * Translates what Prisma and its driver throw; anything unknown is returned as it is and
 * becomes a 500. Neither table nor constraint nor value is told to the caller.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) {
    return error;
  }
  const code = error instanceof Prisma.PrismaClientKnownRequestError ? error.code : '';
  if (CONFLICT_CODES.has(code)) {
    return new AppError(databaseErrors.conflict, { cause: error });
  }
  if (UNAVAILABLE_CODES.has(code) || isConnectionFailure(error)) {
    return new AppError(databaseErrors.unavailable, {
      cause: error,
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  return error;
}

function isConnectionFailure(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientInitializationError ||
    causeChain(error).some((cause) => 'originalCode' in cause && cause.originalCode === STATEMENT_TIMEOUT)
  );
}

function causeChain(error: unknown): object[] {
  const chain: object[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null && chain.length < 5;) {
    chain.push(cause);
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return chain;
}
