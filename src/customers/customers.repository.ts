import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MergedReads } from '../database/tenancy/merged-reads.js';
import { TenantDatabase } from '../database/tenancy/tenant-database.js';
import { sql, type Statement } from '../database/tenancy/tenant-prisma.js';
import type { Customer, CustomerContent, CustomerStatus, CustomerSummary } from './customer.js';
import type { CustomerList, CustomerPosition } from './customer-cursor.js';
import { CustomerSeal, type StoredCustomer } from './customer-seal.js';
import { sortDirection, sortField } from './customer-sort.js';

/** A window by number, as v1 pages. */
export interface NumberedWindow {
  readonly offset: number;
  readonly limit: number;
}

/** The columns of a summary; the others are sealed and stay in the database. */
const SUMMARY = {
  id: true,
  givenName: true,
  familyName: true,
  email: true,
  status: true,
  version: true,
  createdAt: true,
  updatedAt: true,
} as const;

const MAX_LOOKED_UP = 100;

/**
 * Customers in the database. No query here names the tenant: row-level security does, for
 * reads and writes alike. Never `findUnique`: Prisma merges such calls of one tick into one
 * statement, which would run as the tenant of the first.
 */
@Injectable()
export class CustomersRepository {
  private readonly reads: MergedReads<StoredCustomer>;

  constructor(
    private readonly database: TenantDatabase,
    private readonly seal: CustomerSeal,
  ) {
    this.reads = new MergedReads(database, readWhole);
  }

  async find(tenantId: string, id: string): Promise<Customer | null> {
    const row = await this.reads.find(tenantId, id);
    return row && this.seal.open(row);
  }

  /** The version alone, for a condition: what is sealed is not opened to compare a number. */
  async findVersion(tenantId: string, id: string): Promise<number | null> {
    const row = await this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.findFirst({ where: { id }, select: { version: true } }),
    );
    return row?.version ?? null;
  }

  /** Who has this tax id, however it is spelt; oldest first, at most 100. */
  findByTaxId(tenantId: string, taxId: string): Promise<CustomerSummary[]> {
    const indexes = this.seal.taxIdIndexes(taxId, tenantId);
    return this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.findMany({
        where: { taxIdIndex: { in: indexes } },
        select: SUMMARY,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: MAX_LOOKED_UP,
      }),
    );
  }

  /**
   * Customers in list order, beginning after `position`. Comparing states and searching text
   * cannot use an index under row-level security, so narrowed lists take another way.
   */
  list(list: CustomerList, limit: number, position: CustomerPosition | null): Promise<CustomerSummary[]> {
    if (list.search !== undefined || list.status !== undefined) {
      return this.search(list, limit, position);
    }
    const direction = sortDirection(list.sort);
    return this.database.asTenant(list.tenantId, (prisma) =>
      prisma.customer.findMany({
        where: position ? afterPosition(list, position) : {},
        select: SUMMARY,
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
  ): Promise<{ customers: CustomerSummary[]; total: number }> {
    return this.database.asTenant(tenantId, async (prisma) => {
      const where = statusIs(status);
      const customers = await prisma.customer.findMany({
        where,
        select: SUMMARY,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        skip: offset,
        take: limit,
      });
      return { customers, total: await prisma.customer.count({ where }) };
    });
  }

  /** The id is made here and not by the database, because the sealed fields are bound to it. */
  async create(tenantId: string, content: CustomerContent): Promise<Customer> {
    const id = randomUUIDv7();
    const data = { ...content, ...this.seal.close(content, { tenantId, rowId: id }), id, tenantId };
    const row = await this.database.asTenant(tenantId, (prisma) => prisma.customer.create({ data }));
    return this.seal.open(row);
  }

  /** Changes the customer if it still has `version` (any, when undefined); null when it has not. */
  async update(
    tenantId: string,
    id: string,
    version: number | undefined,
    changes: Partial<CustomerContent>,
  ): Promise<Customer | null> {
    const data = { ...changes, ...this.seal.close(changes, { tenantId, rowId: id }) };
    const [updated] = await this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.updateManyAndReturn({
        where: { id, ...versionIs(version) },
        data: { ...data, version: { increment: 1 } },
      }),
    );
    return updated ? this.seal.open(updated) : null;
  }

  /** Deletes the customer if it still has `version` (any, when undefined); false when it has not. */
  async delete(tenantId: string, id: string, version: number | undefined): Promise<boolean> {
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.customer.deleteMany({ where: { id, ...versionIs(version) } }),
    );
    return count > 0;
  }

  /**
   * One page of the customers with a status, a piece of text, or both. The function that finds
   * them is not bound by row-level security, so that it gives ids only: the rows are read as
   * the tenant, like any other, in the same statement and so at the same moment.
   */
  private search(
    { tenantId, sort, status, search }: CustomerList,
    limit: number,
    position: CustomerPosition | null,
  ): Promise<CustomerSummary[]> {
    const { value = null, id = null } = position ?? {};
    const [createdAt, familyName] = value instanceof Date ? [value, null] : [null, value];
    return this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<CustomerSummary[]>`
        SELECT id, given_name AS "givenName", family_name AS "familyName", email, status::text,
               version, created_at AS "createdAt", updated_at AS "updatedAt"
        FROM search.customers(
          ${search ?? ''}, ${status ?? null}::customer_status, ${sort},
          ${createdAt}::timestamptz, ${familyName}, ${id}::uuid, ${limit}::integer
        ) WITH ORDINALITY AS found (id, place)
        JOIN customers USING (id) ORDER BY place`,
    );
  }
}

/** The most frequent statement, written out: one text, prepared once, however many ids are asked for. */
function readWhole(ids: string[]): Statement {
  return sql`
    SELECT id, tenant_id AS "tenantId", given_name AS "givenName", family_name AS "familyName", email, phone,
           tax_id AS "taxId", status::text, notes, version, created_at AS "createdAt", updated_at AS "updatedAt"
    FROM customers WHERE id = ANY (${ids}::uuid[])`;
}

/**
 * Everything behind `position`: what has its value or a later one, except the equal ones up to
 * its id. Said in this way PostgreSQL begins in the middle of the index and expects as many rows
 * as there are. The usual `later OR (equal AND id beyond)` costs more the deeper a page lies.
 */
function afterPosition({ sort }: CustomerList, { value, id }: CustomerPosition): object {
  const field = sortField(sort);
  return sortDirection(sort) === 'asc'
    ? { [field]: { gte: value }, NOT: { [field]: value, id: { lte: id } } }
    : { [field]: { lte: value }, NOT: { [field]: value, id: { gte: id } } };
}

function statusIs(status: CustomerStatus | undefined): { status?: CustomerStatus } {
  return status === undefined ? {} : { status };
}

function versionIs(version: number | undefined): { version?: number } {
  return version === undefined ? {} : { version };
}
