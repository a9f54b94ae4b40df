import { csvRecord } from '../../../platform/http/download/csv-record.js';
import type { DeprecatedUseRepresentation } from './deprecated-usage-page.dto.js';
import type { DeprecatedUse } from '../deprecated-use.js';

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
