import { inTransaction, type CommandClient } from '../../../database/connection/with-client.js';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { signatureOf, type Anchor } from './anchor.js';
import type { SealedEntry } from './chain-check.js';
import { SEALED_TEXTS, type TrailRow } from './trail-row.js';

const FETCH = 'FETCH 2000 FROM links';

/** All links in order, with their rows. */
const LINKS = `
  DECLARE links NO SCROLL CURSOR FOR
  SELECT position::text AS link_position, chain.event_id::text AS link_event_id, mac, key_id, sealed.*
  FROM audit.chain LEFT JOIN (SELECT id AS row_id, ${SEALED_TEXTS} FROM audit.events) AS sealed
    ON row_id = chain.event_id
  ORDER BY chain.position`;

/** Sealing is a matter of a second; what is older and has no link was kept from it. */
const NEVER_SEALED = `
  SELECT count(*)::int, min(id)::text AS id FROM audit.events
  WHERE recorded_at < now() - interval '1 minute'
    AND NOT EXISTS (SELECT FROM audit.chain WHERE chain.event_id = events.id)`;

/** Tables that are watched, and whose trigger is gone or does not fire always. */
const CHANGE_LOG_OFF = `
  SELECT watched.name || '.' || needed AS trigger
  FROM unnest(ARRAY['customers', 'api_keys', 'browser_sessions', 'notice_contacts']) AS watched(name),
       unnest(ARRAY['record_change', 'record_truncation']) AS needed
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND relname = watched.name AND tgname = needed AND tgenabled = 'A')`;

type LinkRow = TrailRow & {
  readonly link_position: string;
  readonly link_event_id: string;
  readonly mac: Buffer;
  readonly key_id: string;
};

interface AnchorRow {
  readonly position: string;
  readonly mac: Buffer;
  readonly stragglers: readonly [id: string, digest: string][];
  readonly key_id: string;
  readonly signature: Buffer;
}

/** The trail as it stands in the database, for whoever verifies or exports it. */
export class StoredTrail {
  constructor(private readonly client: CommandClient) {}

  /** Everything that `work` reads is of one moment, and it changes nothing. */
  async atOneMoment<Result>(work: () => Promise<Result>): Promise<Result> {
    return inTransaction(this.client, async () => {
      await this.client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return work();
    });
  }

  /** Null when nothing was ever removed. */
  async anchor(keys: KeyRing): Promise<(Anchor & { readonly isSigned: boolean }) | null> {
    const { rows } = await this.client.query<AnchorRow>(
      'SELECT * FROM audit.anchors ORDER BY position DESC LIMIT 1',
    );
    const [row] = rows;
    if (!row) {
      return null;
    }
    const stragglers = new Map(row.stragglers.map(([id, hex]) => [BigInt(id), Buffer.from(hex, 'hex')]));
    const anchor = { position: BigInt(row.position), mac: row.mac, stragglers };
    const key = keys.find(row.key_id);
    const isSigned = key !== undefined && Buffer.compare(signatureOf(anchor, key), row.signature) === 0;
    return { ...anchor, isSigned };
  }

  /** A few at a time, however long the trail is. */
  async *entries(): AsyncGenerator<SealedEntry, void> {
    await this.client.query(LINKS);
    let rows: LinkRow[];
    do {
      ({ rows } = await this.client.query<LinkRow>(FETCH));
      for (const row of rows) {
        yield {
          position: BigInt(row.link_position),
          eventId: BigInt(row.link_event_id),
          mac: row.mac,
          keyId: row.key_id,
          row: row.id === null ? null : row,
        };
      }
    } while (rows.length > 0);
    await this.client.query('CLOSE links');
  }

  async neverSealed(): Promise<{ readonly count: number; readonly id: string | null }> {
    const { rows } = await this.client.query<{ count: number; id: string | null }>(NEVER_SEALED);
    return rows[0] ?? { count: 0, id: null };
  }

  /** The furthest end that the database itself knows of. */
  async lastHead(): Promise<bigint> {
    const { rows } = await this.client.query<{ position: string }>(
      'SELECT coalesce(max(position), 0)::text AS position FROM audit.heads',
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  async triggersOff(): Promise<string[]> {
    const { rows } = await this.client.query<{ trigger: string }>(CHANGE_LOG_OFF);
    return rows.map(({ trigger }) => trigger);
  }
}
