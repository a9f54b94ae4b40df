import { csvRecord } from '../../../platform/http/download/csv-record.js';
import type { DeprecatedUse } from '../deprecated-use.js';

/** How often one caller called one route on one day. */
export interface DeprecatedUseRepresentation {
  /** In UTC, such as 2027-01-15. */
  readonly day: string;
  /** Null for a route that belongs to no version. */
  readonly version: string | null;
  readonly method: string;
  /** The template, such as `/v1/customers/:id`. */
  readonly route: string;
  /** The API key that was used, if it was one. */
  readonly keyId: string | null;
  /** The OAuth client that acted, as far as the token says. */
  readonly clientId: string | null;
  readonly subject: string;
  readonly count: number;
  readonly lastSeenAt: string;
}

/** One page of the report, newest day first. */
export interface DeprecatedUsagePage {
  readonly data: readonly DeprecatedUseRepresentation[];
  /** Where the next page begins; null on the last one. */
  readonly nextCursor: string | null;
}

const COLUMNS = [
  'day',
  'version',
  'method',
  'route',
  'keyId',
  'clientId',
  'subject',
  'count',
  'lastSeenAt',
] as const satisfies readonly (keyof DeprecatedUseRepresentation)[];

export const CSV_HEAD = csvRecord(COLUMNS);

export function representUse(use: DeprecatedUse): DeprecatedUseRepresentation {
  const { day, version, method, route, keyId, clientId, subject, count, lastSeenAt } = use;
  const when = lastSeenAt.toISOString();
  return { day, version, method, route, keyId, clientId, subject, count, lastSeenAt: when };
}

/** The same as a line of CSV; what is null is an empty cell. */
export function useAsCsv(use: DeprecatedUse): string {
  const representation = representUse(use);
  return csvRecord(COLUMNS.map((column) => String(representation[column] ?? '')));
}
