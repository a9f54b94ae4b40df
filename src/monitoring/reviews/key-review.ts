import type { CommandClient } from '../../database/connection/with-client.js';
import type { KeyReviewConfig } from './key-review.config.js';
import type { Finding, Review } from './review.js';

/** Keys that are good, with their ages in whole days, by the clock of the database. */
const KEYS = `
  SELECT id, tenant_id AS tenant,
         extract(day FROM now() - coalesce(rotated_at, created_at))::int AS "ageDays",
         extract(day FROM now() - coalesce(last_used_at, created_at))::int AS "idleDays",
         extract(day FROM expires_at - now())::int AS "daysLeft"
  FROM api_keys WHERE revoked_at IS NULL AND expires_at > now() ORDER BY tenant_id, id`;

interface Key {
  readonly id: string;
  readonly tenant: string;
  readonly ageDays: number;
  readonly idleDays: number;
  readonly daysLeft: number;
}

type Limits = Pick<KeyReviewConfig, 'maxAgeDays' | 'unusedDays' | 'endingDays'>;

/** API keys that are old, forgotten, or about to end. Of whom they are this role does not know. */
export async function reviewKeys(client: CommandClient, limits: Limits): Promise<Review> {
  const { rows } = await client.query<Key>(KEYS);
  return {
    lookedAt: [
      `API keys that are good: ${rows.length}`,
      'Of key rings and peppers no age is stored: how many keys a pepper has is told by api-keys:peppers.',
    ],
    findings: rows.flatMap((key) => findingsOf(key, limits)),
  };
}

function findingsOf({ id, tenant, ageDays, idleDays, daysLeft }: Key, limits: Limits): Finding[] {
  const what = `${id} of ${tenant}`;
  const isUnused = idleDays >= limits.unusedDays;
  return [
    ...(isUnused ? [{ rule: 'key-unused', what, detail: `not used for ${idleDays} days` }] : []),
    ...(ageDays >= limits.maxAgeDays
      ? [{ rule: 'key-old', what, detail: `not rotated for ${ageDays} days` }]
      : []),
    // One that nobody uses may end.
    ...(!isUnused && daysLeft < limits.endingDays
      ? [{ rule: 'key-ending', what, detail: `ends in ${daysLeft} days` }]
      : []),
  ];
}
