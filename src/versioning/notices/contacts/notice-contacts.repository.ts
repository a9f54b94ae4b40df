import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../database/tenancy/tenant-database.js';
import type { NoticeContact, NoticeTarget } from './notice-contact.js';

export interface StoredNoticeContact extends NoticeContact {
  readonly updatedAt: Date;
}

export type Placement = 'created' | 'replaced' | 'too_many';

/** So many that every client of a tenant can have one, and few enough for one answer. */
export const MAX_CONTACTS = 500;

/** Who is told of what is to end, tenant by tenant. */
@Injectable()
export class NoticeContactsRepository {
  constructor(private readonly database: TenantDatabase) {}

  async list(tenantId: string): Promise<StoredNoticeContact[]> {
    return this.database.asTenant(tenantId, (prisma) =>
      prisma.noticeContact.findMany({
        orderBy: [{ kind: 'asc' }, { reference: 'asc' }],
        select: { kind: true, reference: true, email: true, updatedAt: true },
        take: MAX_CONTACTS,
      }),
    );
  }

  /** Under a lock, so that two who come at once neither exceed the limit nor make the same contact. */
  async put(tenantId: string, { kind, reference, ...data }: StoredNoticeContact): Promise<Placement> {
    return this.database.inTransaction(tenantId, async () => {
      await this.database.asTenant(
        tenantId,
        (prisma) => prisma.$executeRaw`
          SELECT pg_advisory_xact_lock(hashtextextended(${`notice_contacts ${tenantId}`}, 0))`,
      );
      const { count: replaced } = await this.database.asTenant(tenantId, (prisma) =>
        prisma.noticeContact.updateMany({ where: { kind, reference }, data }),
      );
      if (replaced > 0) {
        return 'replaced';
      }
      const count = await this.database.asTenant(tenantId, (prisma) => prisma.noticeContact.count());
      if (count >= MAX_CONTACTS) {
        return 'too_many';
      }
      await this.database.asTenant(tenantId, (prisma) =>
        prisma.noticeContact.create({ data: { tenantId, kind, reference, ...data } }),
      );
      return 'created';
    });
  }

  /** @returns whether there was one */
  async remove(tenantId: string, { kind, reference }: NoticeTarget): Promise<boolean> {
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.noticeContact.deleteMany({ where: { kind, reference } }),
    );
    return count > 0;
  }
}
