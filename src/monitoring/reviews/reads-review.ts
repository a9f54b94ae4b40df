import type { CommandClient } from '../../database/connection/with-client.js';
import type { ReadsReviewConfig } from './reads-review.config.js';
import type { Finding, Review } from './review.js';

/** By whom and on which day; of the busiest day of each. Who looks into the audit trail is shown no sensitive field. */
const READS = `
  SELECT tenant, subject, sum(reads)::int AS reads, max(reads)::int AS busiest, sum(records)::int AS records
  FROM (
    SELECT coalesce(tenant_id, '-') AS tenant, coalesce(subject, '-') AS subject, count(*) AS reads,
           count(DISTINCT (details ->> 'resource', details ->> 'id')) AS records
    FROM audit.events
    WHERE event = 'sensitive_read' AND details @? '$.fields[*]' AND recorded_at >= now() - make_interval(days => $1)
    GROUP BY tenant_id, subject, date_trunc('day', recorded_at, 'UTC')
  ) AS days GROUP BY tenant, subject ORDER BY tenant, subject`;

const EXPORTS = `
  SELECT coalesce(tenant_id, 'all tenants') AS tenant, coalesce(subject, database_role::text) AS who,
         details ->> 'resource' AS resource, recorded_at AS at
  FROM audit.events WHERE event = 'data_export' AND recorded_at >= now() - make_interval(days => $1)
  ORDER BY recorded_at`;

/** What the application calls itself at the database. */
const PROGRAM = 'secure-api';

/**
 * Rows that somebody has changed past the API, with a role of their own or with the application's. The commands of
 * operators are known by what they may change, the application by its name and the request that it works for. Two
 * things it does by itself: it removes sessions that are over, and hashes keys anew with another pepper.
 */
const PAST_THE_API = `
  SELECT database_role::text AS role, details ->> 'table' AS "table", details ->> 'program' AS program, count(*)::int
  FROM audit.events
  WHERE event = 'data_change' AND recorded_at >= now() - make_interval(days => $1)
    AND database_role <> 'secure_api_incident_response'
    AND (database_role = 'secure_api_application' AND details ->> 'program' = $2 AND (
      request_id IS NOT NULL
      OR details @> '{"table": "browser_sessions", "operation": "delete"}'
      OR details @? '$ ? (@.table == "api_keys" && @.operation == "update" && exists(@.columns[*] ? (@.name == "pepper"))
           && !exists(@.columns[*] ? (!(@.name like_regex "^(pepper|secret_hash|last_used_at|use_count|busiest_minute)$"))))'
    )) IS NOT TRUE
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

interface Reader {
  readonly tenant: string;
  readonly subject: string;
  readonly reads: number;
  readonly busiest: number;
  readonly records: number;
}

interface Export {
  readonly tenant: string;
  readonly who: string;
  readonly resource: string;
  readonly at: Date;
}

interface Change {
  readonly role: string;
  readonly table: string;
  readonly program: string;
  readonly count: number;
}

type Limits = Pick<ReadsReviewConfig, 'days' | 'maxPerDay'>;

/** What the audit trail says of who saw sensitive fields, took data away, or changed it past the API. */
export async function reviewReads(client: CommandClient, { days, maxPerDay }: Limits): Promise<Review> {
  const { rows: readers } = await client.query<Reader>(READS, [days]);
  const { rows: exports } = await client.query<Export>(EXPORTS, [days]);
  const { rows: changes } = await client.query<Change>(PAST_THE_API, [days, PROGRAM]);
  return {
    lookedAt: [
      `The trail of the last ${days} days.`,
      `Subjects who saw sensitive fields in the clear: ${readers.length}`,
      ...readers.map(
        ({ tenant, subject, reads, records }) =>
          `  ${subject} of ${tenant}: ${reads} reads, ${records} records`,
      ),
    ],
    findings: [
      ...readers.filter(({ busiest }) => busiest > maxPerDay).map(many),
      ...exports.map(taken),
      ...changes.map(past),
    ],
  };
}

const many = ({ tenant, subject, busiest }: Reader): Finding => ({
  rule: 'reads-many',
  what: `${subject} of ${tenant}`,
  detail: `saw sensitive fields ${busiest} times on one day`,
});

const taken = ({ tenant, who, resource, at }: Export): Finding => ({
  rule: 'data-export',
  what: `${who} of ${tenant}`,
  detail: `took ${resource} away at ${at.toISOString()}`,
});

const past = ({ role, table, program, count }: Change): Finding => ({
  rule: 'change-past-the-api',
  what: `${role} on ${table}`,
  detail: `${count} rows, by ${nameOf(program)}`,
});

function nameOf(program: string): string {
  return program === PROGRAM ? `${program} for no request` : program || 'a program without a name';
}
