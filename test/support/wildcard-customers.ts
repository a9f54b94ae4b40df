import { Injectable } from '@nestjs/common';
import { CustomerSeal } from '../../src/customers/customer-seal.js';
import type { CustomerList } from '../../src/customers/customer-cursor.js';
import type { CustomerSummary } from '../../src/customers/customer.js';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';

/** Searches with Prisma's own `contains`, which is LIKE with whatever the caller typed. For counter-proofs only. */
@Injectable()
export class WildcardCustomersRepository extends CustomersRepository {
  constructor(
    private readonly tenants: TenantDatabase,
    seal: CustomerSeal,
  ) {
    super(tenants, seal);
  }

  override list({ tenantId, search = '' }: CustomerList, take: number): Promise<CustomerSummary[]> {
    const contains = { contains: search, mode: 'insensitive' as const };
    return this.tenants.asTenant(tenantId, (prisma) =>
      prisma.customer.findMany({
        where: { OR: [{ givenName: contains }, { familyName: contains }, { email: contains }] },
        take,
      }),
    );
  }
}
