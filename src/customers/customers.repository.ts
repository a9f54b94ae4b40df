import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../database/tenancy/tenant-database.js';
import type { Customer, CustomerContent, CustomerStatus } from './customer.js';
import type { CustomerList, CustomerPosition } from './customer-cursor.js';
import { sortDirection, sortField } from './customer-sort.js';

/** A window by number, as v1 pages. */
export interface NumberedWindow {
  readonly offset: number;
  readonly limit: number;
}

/**
 * Customers in the database. No query here names the tenant: row-level security does, for
 * reads and writes alike. Never `findUnique`: Prisma merges such calls of one tick into one
 * statement, which would run as the tenant of the first.
 */
@Injectable()
export class CustomersRepository {
  constructor(private readonly database: TenantDatabase) {}

  find(tenantId: string, id: string): Promise<Customer | null> {
    return this.database.asTenant(tenantId, (prisma) => prisma.customer.findFirst({ where: { id } }));
  }

  /** Customers in list order, beginning after `position`. */
  list(list: CustomerList, limit: number, position: CustomerPosition | null): Promise<Customer[]> {
    const direction = sortDirection(list.sort);
    return this.database.asTenant(list.tenantId, (prisma) =>
      prisma.customer.findMany({
        where: { ...statusIs(list.status), ...(position && afterPosition(list, position)) },
        orderBy: [{ [sortField(list.sort)]: direction }, { id: direction }],
        take: limit,
      }),
    );
  }

  /** One numbered page in order of creation, and how many customers there are in all. */
  async page(
    tenantId: string,
    status: CustomerStatus | undefined,
    { offset, limit }: NumberedWindow,
  ): Promise<{ customers: Customer[]; total: number }> {
    return this.database.asTenant(tenantId, async (prisma) => {
      const where = statusIs(status);
      const customers = await prisma.customer.findMany({
        where,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        skip: offset,
        take: limit,
      });
      return { customers, total: await prisma.customer.count({ where }) };
    });
  }

  create(tenantId: string, content: CustomerContent): Promise<Customer> {
    return this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.create({ data: { ...content, tenantId } }),
    );
  }

  /** Changes the customer if it still has `version` (any, when undefined); null when it has not. */
  async update(
    tenantId: string,
    id: string,
    version: number | undefined,
    changes: Partial<CustomerContent>,
  ): Promise<Customer | null> {
    const [updated] = await this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.updateManyAndReturn({
        where: { id, ...versionIs(version) },
        data: { ...changes, version: { increment: 1 } },
      }),
    );
    return updated ?? null;
  }

  /** Deletes the customer if it still has `version` (any, when undefined); false when it has not. */
  async delete(tenantId: string, id: string, version: number | undefined): Promise<boolean> {
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.deleteMany({ where: { id, ...versionIs(version) } }),
    );
    return count > 0;
  }
}

/**
 * Everything behind `position`. The first condition says nothing that the second does not;
 * without it PostgreSQL cannot begin in the middle of the index, and a page costs more the
 * deeper it lies.
 */
function afterPosition({ sort }: CustomerList, { value, id }: CustomerPosition): object {
  const field = sortField(sort);
  const [beyond, notBefore] =
    sortDirection(sort) === 'asc' ? (['gt', 'gte'] as const) : (['lt', 'lte'] as const);
  return {
    [field]: { [notBefore]: value },
    OR: [{ [field]: { [beyond]: value } }, { [field]: value, id: { [beyond]: id } }],
  };
}

function statusIs(status: CustomerStatus | undefined): { status?: CustomerStatus } {
  return status === undefined ? {} : { status };
}

function versionIs(version: number | undefined): { version?: number } {
  return version === undefined ? {} : { version };
}
