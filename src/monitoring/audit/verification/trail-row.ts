import { createHash } from 'node:crypto';

/** The columns that the seal covers, in its order; each with how PostgreSQL writes it as an exact text. */
const SEALED_COLUMNS = {
  id: 'id::text',
  recorded_at: '(extract(epoch FROM recorded_at) * 1000000)::bigint::text',
  occurred_at: '(extract(epoch FROM occurred_at) * 1000000)::bigint::text',
  source: 'source',
  event_id: 'event_id::text',
  event: 'event',
  outcome: 'outcome',
  tenant_id: 'tenant_id',
  subject: 'subject',
  client_id: 'client_id',
  credential_id: 'credential_id',
  address: 'address',
  method: 'method',
  route: 'route',
  request_id: 'request_id',
  trace_id: 'trace_id',
  details: 'details::text',
  database_role: 'database_role::text',
  xid: 'xid::text',
} as const;

type SealedColumn = keyof typeof SEALED_COLUMNS;

const COLUMN_NAMES = Object.keys(SEALED_COLUMNS) as SealedColumn[];

/** A row of the trail as the seal sees it; times are microseconds since the epoch. */
export type TrailRow = Readonly<Record<SealedColumn, string | null>>;

/** For a SELECT from audit.events. */
export const SEALED_TEXTS = Object.entries(SEALED_COLUMNS)
  .map(([name, text]) => `${text} AS ${name}`)
  .join(', ');

/**
 * SHA-256 of everything that the row says. Written apart from the function in the database that does the same for
 * the sealing: whoever changes that one must not be able to change what is verified.
 */
export function digestOf(row: TrailRow): Buffer {
  return createHash('sha256')
    .update(COLUMN_NAMES.map((name) => measured(row[name])).join(''))
    .digest();
}

/** After its length, so that no two different rows read alike. */
function measured(value: string | null): string {
  return value === null ? '-' : `${Buffer.byteLength(value)}:${value}`;
}
