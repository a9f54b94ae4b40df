import type { CommandClient } from '../../database/connection/with-client.js';
import { dayOf } from '../deprecation.js';

/** How a client of a tenant still calls a version. */
export interface RecentCalls {
  readonly tenantId: string;
  readonly method: string;
  /** As a template, such as `/v1/customers/:id`. */
  readonly route: string;
  /** Empty when no API key was used. */
  readonly keyId: string;
  /** Empty when the credential names no client. */
  readonly clientId: string;
  readonly subject: string;
  readonly count: number;
  readonly lastSeenAt: Date;
}

const CALLS = `
  SELECT tenant_id AS "tenantId", method, route, coalesce(key_id, '') AS "keyId", coalesce(client_id, '') AS "clientId", subject,
         sum(count)::float8 AS count, max(last_seen_at) AS "lastSeenAt"
  FROM deprecated_usage WHERE version = $1 AND day >= $2::date
  GROUP BY tenant_id, method, route, key_id, client_id, subject
  ORDER BY tenant_id, key_id, client_id, subject, count DESC, route, method`;

/** Who still calls what, from the counts that the API keeps. */
export class DeprecatedCallers {
  constructor(private readonly client: CommandClient) {}

  /** The calls of a version from that day on, over all tenants, each of their clients and routes once. */
  async callsOf(version: string, since: Date): Promise<readonly RecentCalls[]> {
    const { rows } = await this.client.query<RecentCalls>(CALLS, [version, dayOf(since)]);
    return rows;
  }
}
