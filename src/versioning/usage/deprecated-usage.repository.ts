import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { DeprecatedUse } from './deprecated-use.js';

/** What is added to a row, or begins it. */
export interface UsageRow extends DeprecatedUse {
  /** The same on every instance, for the same caller, route and day. */
  readonly id: string;
  readonly expiresAt: Date;
}

/** Which of a tenant's rows; days such as 2027-01-15, both included. */
export interface UsageFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly version?: string | undefined;
  readonly keyId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly subject?: string | undefined;
}

/** A position in the list, which goes from the newest day to the oldest. */
export interface UsagePosition {
  readonly day: string;
  readonly id: string;
}

export type ListedUse = DeprecatedUse & UsagePosition;

/** Who called what, how often: a row for each caller, route and day. */
@Injectable()
export class DeprecatedUsageRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Adds to what all instances have counted, in one order, so that two of them never wait for each other. */
  async add(tenantId: string, rows: readonly UsageRow[]): Promise<void> {
    const json = jsonOf(rows);
    await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$executeRaw`
        INSERT INTO deprecated_usage AS known (id, tenant_id, day, version, method, route, key_id, client_id,
          subject, count, last_seen_at, expires_at)
        SELECT id, ${tenantId}, day, version, method, route, key_id, client_id, subject, count, last_seen_at, expires_at
        FROM jsonb_to_recordset(${json}::jsonb) AS used(
          id text, day date, version text, method text, route text, key_id text, client_id text, subject text,
          count bigint, last_seen_at timestamptz, expires_at timestamptz)
        ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
          count = known.count + EXCLUDED.count,
          last_seen_at = greatest(known.last_seen_at, EXCLUDED.last_seen_at)`,
    );
  }

  async list(
    tenantId: string,
    filter: UsageFilter,
    limit: number,
    after?: UsagePosition,
  ): Promise<ListedUse[]> {
    const { from = null, to = null, version = null, keyId = null, clientId = null, subject = null } = filter;
    const { day = null, id = null } = after ?? {};
    const rows = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<(Omit<ListedUse, 'count'> & { readonly count: bigint })[]>`
        SELECT id, day::text, version, method, route, key_id AS "keyId", client_id AS "clientId", subject, count,
          last_seen_at AS "lastSeenAt"
        FROM deprecated_usage
        WHERE (${from}::date IS NULL OR day >= ${from}::date)
          AND (${to}::date IS NULL OR day <= ${to}::date)
          AND (${version}::text IS NULL OR version = ${version}::text)
          AND (${keyId}::text IS NULL OR key_id = ${keyId}::text)
          AND (${clientId}::text IS NULL OR client_id = ${clientId}::text)
          AND (${subject}::text IS NULL OR subject = ${subject}::text)
          AND (${day}::date IS NULL OR (day, id) < (${day}::date, ${id}::text))
        ORDER BY deprecated_usage.day DESC, id DESC LIMIT ${limit}`,
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** Removes the expired rows of all tenants. No condition: the policy is the condition. */
  async purgeExpired(): Promise<number> {
    return this.database.asTenant('', (prisma) => prisma.$executeRaw`DELETE FROM deprecated_usage`);
  }
}

/** As the columns are called. */
function jsonOf(rows: readonly UsageRow[]): string {
  return JSON.stringify(
    rows.map(({ keyId, clientId, lastSeenAt, expiresAt, ...row }) => ({
      ...row,
      key_id: keyId,
      client_id: clientId,
      last_seen_at: lastSeenAt,
      expires_at: expiresAt,
    })),
  );
}
