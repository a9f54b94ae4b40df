import { randomUUID } from 'node:crypto';
import { inTransaction, type CommandClient } from '../../../database/connection/with-client.js';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';
import { signatureOf, stragglersAsJson, type Anchor } from '../chain/anchor.js';
import type { KnownHead } from '../verification/known-head.js';
import { StoredTrail } from '../verification/stored-trail.js';
import { verifyTrail } from '../verification/verify-trail.js';
import { RetentionPlan } from './retention-plan.js';

/** What is removed, and what the chain stands on afterwards. */
export interface Retention {
  readonly before: Date;
  readonly removed: number;
  readonly anchor: Anchor;
  /** The last link that was verified. */
  readonly verifiedTo: bigint;
}

const OLD_ROWS = 'SELECT count(*)::int FROM audit.events WHERE recorded_at < $1';

const INSERT_ANCHOR = `
  INSERT INTO audit.anchors (position, mac, stragglers, key_id, signature) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (position) DO UPDATE
    SET stragglers = excluded.stragglers, key_id = excluded.key_id, signature = excluded.signature`;

const RECORD = `
  INSERT INTO audit.events (source, occurred_at, event_id, event, outcome, details)
  VALUES ('application', clock_timestamp(), $1, 'audit_retention', 'success', $2)`;

/**
 * Links since the verification that have neither a row nor a digest, and old rows that are still there: both must be
 * none. What was verified is not looked at again, because everybody who writes waits meanwhile.
 */
const LEFT_OVER = `
  SELECT (SELECT count(*) FROM audit.chain
          WHERE position > $3 AND NOT EXISTS (SELECT FROM audit.events WHERE events.id = chain.event_id)
            AND chain.event_id <> ALL ($1::bigint[]))
       + (SELECT count(*) FROM audit.events WHERE recorded_at < $2) AS count`;

/**
 * What a retention would remove. The whole trail is verified on the way: a trail that somebody has changed is
 * evidence, and its retention would be the end of it.
 *
 * @throws Error when the trail is not as it was sealed
 */
export async function planRetention(
  client: CommandClient,
  keys: KeyRing,
  before: Date,
  head: KnownHead | null,
): Promise<Retention> {
  return asReader(client, async () => {
    const trail = new StoredTrail(client);
    const plan = new RetentionPlan(before, await trail.anchor(keys));
    const { isIntact, faults, lastPosition } = await verifyTrail(trail, keys, head, (entry) =>
      plan.add(entry),
    );
    if (!isIntact) {
      throw new Error(`nothing was removed, because the trail is not intact: ${faults[0]?.message}`);
    }
    return { before, removed: plan.removed, anchor: plan.end(), verifiedTo: BigInt(lastPosition) };
  });
}

/** Removes rows with their links, signs where the chain begins now, and says so in the trail: all of it or nothing. */
export async function removeOldRows(
  client: CommandClient,
  keys: KeyRing,
  { before, removed, anchor, verifiedTo }: Retention,
): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`SET LOCAL lock_timeout = '10s'`);
    // Nobody seals meanwhile.
    await client.query('SELECT FROM audit.sealing FOR UPDATE');
    await client.query('DELETE FROM audit.chain WHERE position <= $1', [anchor.position]);
    await client.query('DELETE FROM audit.heads WHERE position <= $1', [anchor.position]);
    await insertAnchor(client, keys, anchor);
    // Last, because from here on nobody writes: a reader who holds the table must not make them wait for long.
    await client.query('LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE');
    await refuseUnsealed(client, before, removed);
    const { rows } = await client.query<{ partitions: string[] }>(
      'SELECT audit.remove_before($1) AS partitions',
      [before],
    );
    const details = { before, removed, ...rows[0], beginsAt: Number(anchor.position) };
    await client.query(RECORD, [randomUUID(), JSON.stringify(details)]);
    await refuseLeftOver(client, { before, anchor, verifiedTo });
  });
}

async function insertAnchor(client: CommandClient, keys: KeyRing, anchor: Anchor): Promise<void> {
  const { id, key } = keys.current;
  const stragglers = JSON.stringify(stragglersAsJson(anchor.stragglers));
  const signature = signatureOf(anchor, key);
  await client.query(INSERT_ANCHOR, [
    String(anchor.position),
    Buffer.from(anchor.mac),
    stragglers,
    id,
    signature,
  ]);
}

/** Every old row had a link when the trail was verified; one that has none would go without a trace. */
async function refuseUnsealed(client: CommandClient, before: Date, sealed: number): Promise<void> {
  const { rows } = await asReader(client, () => client.query<{ count: number }>(OLD_ROWS, [before]));
  const unsealed = (rows[0]?.count ?? 0) - sealed;
  if (unsealed !== 0) {
    throw new Error(`${unsealed} old rows are not sealed yet; an instance that runs seals them`);
  }
}

async function refuseLeftOver(
  client: CommandClient,
  { before, anchor, verifiedTo }: Omit<Retention, 'removed'>,
): Promise<void> {
  const ids = [...anchor.stragglers.keys()].map(String);
  const { rows } = await asReader(client, () =>
    client.query<{ count: string }>(LEFT_OVER, [ids, before, verifiedTo]),
  );
  if (rows[0]?.count !== '0') {
    throw new Error(
      'the trail has changed meanwhile, or its partitions are not the months that they are named after',
    );
  }
}

/** The owner's tables hide their rows from the owner; this role of its own sees them all, and can change nothing. */
async function asReader<Result>(client: CommandClient, work: () => Promise<Result>): Promise<Result> {
  await client.query('SET ROLE secure_api_audit');
  const result = await work();
  await client.query('RESET ROLE');
  return result;
}
