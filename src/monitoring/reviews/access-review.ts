import type { CommandClient } from '../../database/connection/with-client.js';
import type { AccessReviewConfig } from './access-review.config.js';
import type { Finding, Review } from './review.js';

/** Everybody who has something that lets them in, with what it allows and when it last did. */
const HOLDERS = `
  WITH held AS (
    SELECT tenant_id, owner AS subject, scopes, NOT is_read_only AS may_write, 1 AS keys, 0 AS sessions,
           last_used_at, coalesce(last_used_at, created_at) AS since
    FROM api_keys WHERE revoked_at IS NULL AND expires_at > now()
    UNION ALL
    SELECT tenant_id, subject, '{}', false, 0, 1, last_used_at, last_used_at
    FROM browser_sessions WHERE least(idle_expires_at, expires_at) > now()
  )
  SELECT tenant_id AS tenant, subject, sum(keys)::int AS keys, sum(sessions)::int AS sessions,
         bool_or(may_write) AS "mayWrite", max(last_used_at) AS "lastUsedAt",
         extract(day FROM now() - max(since))::int AS "idleDays",
         array(SELECT DISTINCT scope FROM held AS own, unnest(own.scopes) AS scope
               WHERE (own.tenant_id, own.subject) = (held.tenant_id, held.subject) ORDER BY scope) AS scopes
  FROM held GROUP BY tenant_id, subject ORDER BY tenant_id, subject`;

const CONTAINED = `
  SELECT id, kind, tenant_id AS tenant, value, extract(day FROM now() - created_at)::int AS days
  FROM incident.containments
  WHERE lifted_at IS NULL AND coalesce(expires_at > now(), true) ORDER BY created_at`;

interface Holder {
  readonly tenant: string;
  readonly subject: string;
  readonly keys: number;
  readonly sessions: number;
  readonly mayWrite: boolean;
  readonly lastUsedAt: Date | null;
  readonly idleDays: number;
  readonly scopes: readonly string[];
}

interface Containment {
  readonly id: string;
  readonly kind: string;
  readonly tenant: string | null;
  readonly value: string;
  readonly days: number;
}

type Limits = Pick<AccessReviewConfig, 'dormantDays' | 'containedDays'>;

/** Who may do what, and when they last did: for somebody who knows the people to read, and what stands out. */
export async function reviewAccess(client: CommandClient, limits: Limits): Promise<Review> {
  const { rows: holders } = await client.query<Holder>(HOLDERS);
  const { rows: contained } = await client.query<Containment>(CONTAINED);
  return {
    lookedAt: [
      `Subjects with keys or sessions: ${holders.length}`,
      ...holders.map((holder) => `  ${describe(holder)}`),
      `Containments in force: ${contained.length}`,
      'What a subject may do without a key is decided by the issuer: review its roles there.',
    ],
    findings: [
      ...holders.filter(({ keys }) => keys > 0).flatMap((holder) => dormant(holder, limits)),
      ...contained.filter(({ days }) => days >= limits.containedDays).map(lasting),
    ],
  };
}

function describe({ tenant, subject, keys, sessions, mayWrite, lastUsedAt, scopes }: Holder): string {
  const right = keys === 0 ? '' : `: ${scopes.join(' ')}${mayWrite ? '' : ' (read only)'}`;
  const last = lastUsedAt === null ? 'never used' : `last used ${lastUsedAt.toISOString().slice(0, 10)}`;
  return `${subject} of ${tenant}, ${keys} keys, ${sessions} sessions, ${last}${right}`;
}

function dormant({ tenant, subject, keys, idleDays }: Holder, { dormantDays }: Limits): Finding[] {
  const what = `${subject} of ${tenant}`;
  const detail = `has ${keys} good keys and was not here for ${idleDays} days`;
  return idleDays < dormantDays ? [] : [{ rule: 'access-dormant', what, detail }];
}

function lasting({ id, kind, tenant, value, days }: Containment): Finding {
  const what = `${kind} ${value}${tenant === null ? '' : ` of ${tenant}`}`;
  return { rule: 'containment-lasting', what, detail: `contained for ${days} days by ${id}` };
}
