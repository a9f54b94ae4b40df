import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../database/tenancy/tenant-database.js';

/** Whose origins, within its tenant. */
export interface OriginOwner {
  readonly tenantId: string;
  /** `subject:…` or `key:…`. */
  readonly principal: string;
}

/** From where subjects and keys were used. */
@Injectable()
export class OriginsRepository {
  constructor(private readonly database: TenantDatabase) {}

  async list({ tenantId, principal }: OriginOwner, now: Date): Promise<string[]> {
    const rows = await this.database.asTenant(tenantId, (prisma) =>
      prisma.knownOrigin.findMany({
        where: { principal, expiresAt: { gt: now } },
        select: { origin: true },
        take: 1000,
      }),
    );
    return rows.map(({ origin }) => origin);
  }

  /** @returns whether nobody else has added it, on whatever instance */
  async add({ tenantId, principal }: OriginOwner, origin: string, expiresAt: Date): Promise<boolean> {
    const rows = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<{ isNew: boolean }[]>`
        INSERT INTO known_origins AS known (tenant_id, principal, origin, expires_at)
        VALUES (${tenantId}, ${principal}, ${origin}, ${expiresAt})
        ON CONFLICT (tenant_id, principal, origin)
        DO UPDATE SET expires_at = greatest(known.expires_at, EXCLUDED.expires_at)
        RETURNING (xmax = 0) AS "isNew"`,
    );
    return rows[0]?.isNew ?? false;
  }

  /** Removes the expired rows of all tenants. No condition: the policy is the condition. */
  async purgeExpired(): Promise<number> {
    return this.database.asTenant('', (prisma) => prisma.$executeRaw`DELETE FROM known_origins`);
  }
}
