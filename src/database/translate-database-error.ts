import pg from 'pg';
import { AppError } from '../platform/errors/app-error.js';
import { databaseErrors } from './database.errors.js';
import { Prisma } from './generated/client.js';
import { DatabaseUnreachable } from './connection/database-unreachable.js';

/** A unique constraint was violated. */
const CONFLICT_CODE = 'P2002';

/** Prisma's own limits on waiting, and a transaction that lost against another: trying again helps. */
const TRY_AGAIN_CODES = new Set(['P2024', 'P2028', 'P2034']);

/**
 * PostgreSQL's words for "not now": connection exceptions (08), insufficient resources (53),
 * operator intervention (57: the statement timeout, a shutdown, a start that is under way), an
 * idle transaction that was ended (25P03), and prepared statements that a migration has overtaken
 * (0A000, 26000), whose connection is not used again.
 */
const NOT_NOW = /^(08|53|57|25P03|0A000|26000)/;

const RETRY_AFTER_SECONDS = 1;

/**
 * Translates what Prisma and its driver throw; anything unknown is returned as it is and
 * becomes a 500. Neither table nor constraint nor value is told to the caller.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (isNotNow(error)) {
    return new AppError(databaseErrors.unavailable, {
      cause: error,
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === CONFLICT_CODE
    ? new AppError(databaseErrors.conflict, { cause: error })
    : error;
}

function isNotNow(error: unknown): boolean {
  if (error instanceof DatabaseUnreachable) {
    return true;
  }
  return error instanceof Prisma.PrismaClientKnownRequestError
    ? TRY_AGAIN_CODES.has(error.code) || NOT_NOW.test(serverCodeOf(error.meta?.['driverAdapterError']))
    : NOT_NOW.test(serverCodeOf(error));
}

/**
 * Whether the database has refused the values themselves (22: data exceptions, 23: constraints), so that the same
 * statement fails whenever it is tried. Anything else is about the database, which somebody can mend.
 */
export function isRefusedValue(error: unknown): boolean {
  return /^2[23]/.test(
    error instanceof Prisma.PrismaClientKnownRequestError
      ? serverCodeOf(error.meta?.['driverAdapterError'])
      : serverCodeOf(error),
  );
}

/** The SQLSTATE in an error of the driver, or of its adapter, which a failing COMMIT throws as it is; or nothing. */
function serverCodeOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    return error.code ?? '';
  }
  const { cause } = (error ?? {}) as { cause?: { originalCode?: unknown } };
  return typeof cause?.originalCode === 'string' ? cause.originalCode : '';
}
