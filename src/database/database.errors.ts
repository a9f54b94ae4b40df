import type { ErrorCondition } from '../platform/errors/app-error.js';

/** How the database can fail a request, in the words that its caller may read. */
export const databaseErrors = {
  conflict: { code: 'database.conflict', status: 409, title: 'The change conflicts with existing data' },
  unavailable: {
    code: 'database.unavailable',
    status: 503,
    title: 'The service is temporarily unavailable',
  },
} as const satisfies Record<string, ErrorCondition>;
