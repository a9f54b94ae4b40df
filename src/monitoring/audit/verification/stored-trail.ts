import { inTransaction, type CommandClient } from '../../../database/connection/with-client.js';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { readAnchor, type Anchor, type AnchorRow } from '../chain/anchor.js';
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

/** Sealing is a matter of a second: what is older than the last seal, and has none, was kept from it. */
const NEVER_SEALED = `
  SELECT count(*) FILTER (WHERE is_overdue)::int AS overdue, count(*) FILTER (WHERE NOT is_overdue)::int AS waiting,
         min(id) FILTER (WHERE is_overdue)::text AS id
  FROM (
    SELECT id, recorded_at < (SELECT coalesce(max(sealed_at), now()) - interval '1 minute' FROM audit.heads) AS is_overdue
    FROM audit.events WHERE NOT EXISTS (SELECT FROM audit.chain WHERE chain.event_id = events.id)
  ) AS unsealed`;

/**
 * Tables whose changes are not all recorded: a trigger that is gone, does not fire always, for every row and every
 * change, or calls something else; and rules and defaults by which a row of the trail would say something else.
 */
const CHANGE_LOG_OFF = `
  SELECT 'trigger ' || watched.name || '.' || needed.name AS fault
  FROM unnest(ARRAY['public.customers', 'public.api_keys', 'public.browser_sessions', 'public.notice_contacts',
                    'incident.containments']) AS watched(name),
       -- Of each row, after it was inserted, updated or deleted; and after all of them were truncated.
       (VALUES ('record_change', 29), ('record_truncation', 32)) AS needed(name, type)
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE nspname || '.' || relname = watched.name AND tgname = needed.name AND tgenabled = 'A'
      AND tgtype = needed.type AND tgqual IS NULL AND tgattr = ''::int2vector AND proname = needed.name
      AND pronamespace = 'audit'::regnamespace AND pg_get_userbyid(proowner) = 'secure_api_audit')
  UNION ALL
  SELECT 'rule ' || rulename FROM pg_rules WHERE schemaname = 'audit'
  UNION ALL
  SELECT 'default of database_role'
  WHERE NOT EXISTS (
    SELECT FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    WHERE adrelid = 'audit.events'::regclass AND attname = 'database_role' AND pg_get_expr(adbin, adrelid) = 'SESSION_USER')`;

type LinkRow = TrailRow & {
  readonly link_position: string;
  readonly link_event_id: string;
  readonly mac: Buffer;
  readonly key_id: string;
};

/** Rows without a link. */
interface Unsealed {
  /** Recorded well before the last seal, which passed them over. */
  readonly overdue: number;
  /** Recorded since: nobody seals while no instance runs. */
  readonly waiting: number;
  /** The first one that is overdue. */
  readonly id: string | null;
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
      `SELECT position::text, mac, stragglers, key_id AS "keyId", signature
       FROM audit.anchors ORDER BY anchors.position DESC LIMIT 1`,
    );
    return rows[0] ? readAnchor(rows[0], keys) : null;
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

  async unsealed(): Promise<Unsealed> {
    const { rows } = await this.client.query<Unsealed>(NEVER_SEALED);
    return rows[0] ?? { overdue: 0, waiting: 0, id: null };
  }

  /** The furthest end that the database itself knows of. */
  async lastHead(): Promise<bigint> {
    const { rows } = await this.client.query<{ position: string }>(
      'SELECT coalesce(max(position), 0)::text AS position FROM audit.heads',
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  async changeLogFaults(): Promise<string[]> {
    const { rows } = await this.client.query<{ fault: string }>(CHANGE_LOG_OFF);
    return rows.map(({ fault }) => fault);
  }
}
