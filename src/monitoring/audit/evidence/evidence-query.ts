import type { CommandClient } from '../../../database/connection/with-client.js';

/** Which part of the trail. */
export interface EvidenceFilter {
  readonly from: Date;
  readonly to: Date;
  readonly tenant: string | null;
  readonly subject: string | null;
}

/** A row with its place in the chain, as somebody else can read it. */
export type EvidenceRow = Readonly<Record<string, unknown>>;

const DECLARE = `
  DECLARE evidence NO SCROLL CURSOR FOR
  SELECT chain.position::text, encode(chain.mac, 'hex') AS mac, chain.key_id, events.*
  FROM audit.events LEFT JOIN audit.chain ON chain.event_id = events.id
  WHERE recorded_at >= $1 AND recorded_at < $2
    AND ($3::text IS NULL OR tenant_id = $3) AND ($4::text IS NULL OR subject = $4)
  ORDER BY events.id`;

/** The rows, oldest first, a few at a time. Only inside a transaction. */
export async function* evidenceRows(
  client: CommandClient,
  { from, to, tenant, subject }: EvidenceFilter,
): AsyncGenerator<EvidenceRow, void> {
  await client.query(DECLARE, [from, to, tenant, subject]);
  let rows: EvidenceRow[];
  do {
    ({ rows } = await client.query<EvidenceRow>('FETCH 2000 FROM evidence'));
    yield* rows;
  } while (rows.length > 0);
}
