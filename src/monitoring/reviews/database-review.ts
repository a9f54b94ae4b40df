import { readFile } from 'node:fs/promises';
import type { CommandClient } from '../../database/connection/with-client.js';
import { readDatabaseState } from './database-state.js';
import type { Review } from './review.js';

/** The facts of a database that was migrated and never touched since; written by `npm run docs:database`. */
const EXPECTED = new URL('../../../prisma/expected-state.txt', import.meta.url);

/** What of roles, rights and defences in the database is not as the migrations have made it. */
export async function reviewDatabase(client: CommandClient): Promise<Review> {
  const expected = (await readFile(EXPECTED, 'utf8')).split('\n').filter((line) => line !== '');
  const actual = await readDatabaseState(client);
  return {
    lookedAt: [`Facts about roles, rights and defences: ${actual.length}`],
    findings: [
      ...missingFrom(expected, actual).map((what) => ({
        rule: 'database-added',
        what,
        detail: 'no migration has made this',
      })),
      ...missingFrom(actual, expected).map((what) => ({
        rule: 'database-missing',
        what,
        detail: 'a migration has made this, and it is gone',
      })),
    ],
  };
}

function missingFrom(known: readonly string[], lines: readonly string[]): string[] {
  const all = new Set(known);
  return lines.filter((line) => !all.has(line));
}
