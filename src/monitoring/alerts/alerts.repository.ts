import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { Alert, AlertSeverity } from './alert.js';

export type StoredAlert = Pick<
  Alert,
  'id' | 'rule' | 'severity' | 'about' | 'count' | 'windowSeconds' | 'eventIds'
> & { readonly raisedAt: Date };

export interface AlertFilter {
  readonly rule?: string | undefined;
  readonly severity?: AlertSeverity | undefined;
}

export interface AlertPosition {
  readonly raisedAt: Date;
  readonly id: string;
}

/** A cool-down is forgotten so long after its end. */
const FORGOTTEN_AFTER_MILLISECONDS = 86_400_000;

/** The clocks of two instances differ by no more. */
const CLOCKS_DIFFER_MILLISECONDS = 60_000;

/** Alerts that were raised, tenant by tenant, and what is not to be told again yet. */
@Injectable()
export class AlertsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Claims the right to tell of something until the cool-down ends: of all instances that see it, one gets it. A
   * cool-down that ends later than one that begins now is none of ours: somebody wrote it to have peace for ever.
   * @param what rule, tenant, whom it is about, and its detail
   */
  async claim(what: string, now: Date, endsAt: Date): Promise<boolean> {
    const id = createHash('sha256').update(what).digest('base64url');
    const impossible = new Date(endsAt.getTime() + CLOCKS_DIFFER_MILLISECONDS);
    const forgotten = new Date(now.getTime() - FORGOTTEN_AFTER_MILLISECONDS);
    const rows = await this.database.asTenant(
      '',
      (prisma) => prisma.$queryRaw<unknown[]>`
        WITH forgotten AS (DELETE FROM alert_cooldowns WHERE ends_at < ${forgotten})
        INSERT INTO alert_cooldowns AS known (id, ends_at) VALUES (${id}, ${endsAt})
        ON CONFLICT (id) DO UPDATE SET ends_at = EXCLUDED.ends_at
          WHERE known.ends_at <= ${now} OR known.ends_at > ${impossible}
        RETURNING id`,
    );
    return rows.length > 0;
  }

  async insert(tenantId: string, { at, eventIds, ...alert }: Alert): Promise<void> {
    const { id, rule, severity, about, count, windowSeconds } = alert;
    const data = { id, rule, severity, about, count, windowSeconds, eventIds: [...eventIds], raisedAt: at };
    await this.database.asTenant(tenantId, (prisma) => prisma.alert.create({ data: { tenantId, ...data } }));
  }

  /** The newest first. */
  async list(
    tenantId: string,
    { rule, severity }: AlertFilter,
    limit: number,
    after?: AlertPosition,
  ): Promise<StoredAlert[]> {
    return this.database.asTenant(tenantId, (prisma) =>
      prisma.alert.findMany({
        where: {
          ...(rule === undefined ? {} : { rule }),
          ...(severity === undefined ? {} : { severity }),
          ...(after && {
            raisedAt: { lte: after.raisedAt },
            NOT: { raisedAt: after.raisedAt, id: { gte: after.id } },
          }),
        },
        orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }],
        take: limit,
        omit: { tenantId: true },
      }),
    ) as Promise<StoredAlert[]>;
  }
}
