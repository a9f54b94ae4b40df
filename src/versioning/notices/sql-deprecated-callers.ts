import type { CommandClient } from '../../database/connection/with-client.js';
import type { DeprecatedCall, DeprecatedCallers } from './deprecated-callers.js';
import { dayOf } from '../deprecation.js';

const CALLS = `
  SELECT tenant_id AS "tenantId", method, route, coalesce(key_id, '') AS "keyId", coalesce(client_id, '') AS "clientId", subject,
         sum(count)::float8 AS count, max(last_seen_at) AS "lastSeenAt"
  FROM deprecated_usage WHERE version = $1 AND day >= $2::date
  GROUP BY tenant_id, method, route, key_id, client_id, subject
  ORDER BY tenant_id, key_id, client_id, subject, count DESC, route, method`;

/** Who still calls what, from the counts that the API keeps. */
export class SqlDeprecatedCallers implements DeprecatedCallers {
  constructor(private readonly client: CommandClient) {}

  async callsOf(version: string, since: Date): Promise<readonly DeprecatedCall[]> {
    const { rows } = await this.client.query<DeprecatedCall>(CALLS, [version, dayOf(since)]);
    return rows;
  }
}
