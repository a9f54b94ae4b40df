import { Injectable } from '@nestjs/common';
import { FieldCipher } from '../encryption/field-cipher.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';

/** A key as its caller uses it now. */
export interface KeyUse {
  readonly tenantId: string;
  readonly id: string;
  readonly fingerprint: string;
}

/** What was said when the key was first used. */
export interface EarlierUse {
  readonly fingerprint: string;
  readonly answer: string;
}

/** Used idempotency keys with their sealed answers. */
@Injectable()
export class IdempotencyRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly cipher: FieldCipher,
  ) {}

  /**
   * Takes the key for the current transaction: true for exactly one of all who try. The others
   * wait here until that transaction has ended, so that its answer is there when they read it.
   */
  async claim({ tenantId, id, fingerprint }: KeyUse, now: Date, expiresAt: Date): Promise<boolean> {
    const rows = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$executeRaw`
        INSERT INTO idempotency_keys AS known (id, tenant_id, fingerprint, expires_at)
        VALUES (${id}::uuid, ${tenantId}, ${fingerprint}, ${expiresAt})
        ON CONFLICT (id) DO UPDATE
        SET fingerprint = EXCLUDED.fingerprint, expires_at = EXCLUDED.expires_at, answer = NULL
        WHERE known.expires_at <= ${now}`,
    );
    return rows === 1;
  }

  async getEarlierUse({ tenantId, id }: KeyUse): Promise<EarlierUse> {
    const { fingerprint, answer } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.idempotencyKey.findFirstOrThrow({ where: { id } }),
    );
    const opened = this.cipher.open(answer, 'idempotency_keys.answer', { tenantId, rowId: id });
    return { fingerprint, answer: opened ?? '' };
  }

  async remember({ tenantId, id }: KeyUse, text: string): Promise<void> {
    const answer = this.cipher.seal(text, 'idempotency_keys.answer', { tenantId, rowId: id });
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.idempotencyKey.updateMany({ where: { id }, data: { answer } }),
    );
  }

  /**
   * Removes the expired keys of all tenants. No condition, because only without one PostgreSQL
   * shows them to a caller who is no tenant; the policy is the condition.
   */
  async purgeExpired(): Promise<number> {
    return this.database.asTenant('', (prisma) => prisma.$executeRaw`DELETE FROM idempotency_keys`);
  }
}
