import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { KeyHash } from '../secret/key-hash.js';

/** What was gathered about one key since the last time. */
export interface UsageOfKey {
  readonly keyId: string;
  readonly tenantId: string;
  count: number;
  lastUsedAt: Date;
  busiestMinute: number;
  readonly networks: Set<string>;
  /** Its hash under the current pepper, when it is stored under an older one. */
  renewed: { readonly from: string; readonly to: KeyHash } | undefined;
}

/** Writes the use of one tenant's keys: all of it or nothing. */
@Injectable()
export class UsageRepository {
  constructor(private readonly database: TenantDatabase) {}

  async add(tenantId: string, usages: readonly UsageOfKey[]): Promise<void> {
    await this.database.inTransaction(tenantId, () => this.write(tenantId, rowsOf(usages)));
  }

  private async write(tenantId: string, rows: string): Promise<void> {
    await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$executeRaw`
        WITH used AS (
          SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS u(
            id text, count bigint, last_used_at timestamptz, busiest_minute integer,
            renewed_from text, renewed_hash text, renewed_pepper text)
        ), locked AS (
          SELECT k.id FROM api_keys AS k JOIN used USING (id) ORDER BY k.id FOR NO KEY UPDATE OF k
        )
        UPDATE api_keys AS k SET
          use_count = k.use_count + used.count,
          last_used_at = greatest(k.last_used_at, used.last_used_at),
          busiest_minute = greatest(k.busiest_minute, used.busiest_minute),
          secret_hash = CASE WHEN k.secret_hash = used.renewed_from THEN used.renewed_hash ELSE k.secret_hash END,
          pepper = CASE WHEN k.secret_hash = used.renewed_from THEN used.renewed_pepper ELSE k.pepper END
        FROM used JOIN locked USING (id) WHERE k.id = used.id`,
    );
    await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$executeRaw`
        INSERT INTO api_key_networks AS known (key_id, network, tenant_id, first_used_at, last_used_at)
        SELECT u.id, network, ${tenantId}, u.last_used_at, u.last_used_at
        FROM jsonb_to_recordset(${rows}::jsonb) AS u(id text, last_used_at timestamptz, networks jsonb)
        CROSS JOIN LATERAL jsonb_array_elements_text(u.networks) AS network
        ORDER BY u.id, network
        ON CONFLICT (key_id, network) DO UPDATE SET last_used_at = greatest(known.last_used_at, EXCLUDED.last_used_at)`,
    );
  }
}

/** In one order, so that two instances never wait for each other. */
function rowsOf(usages: readonly UsageOfKey[]): string {
  const ordered = usages.toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1));
  return JSON.stringify(
    ordered.map(({ keyId, count, lastUsedAt, busiestMinute, networks, renewed }) => ({
      id: keyId,
      count,
      last_used_at: lastUsedAt,
      busiest_minute: busiestMinute,
      networks: [...networks],
      renewed_from: renewed?.from,
      renewed_hash: renewed?.to.hash,
      renewed_pepper: renewed?.to.pepper,
    })),
  );
}
