import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Customer, CustomerContent } from '../../src/customers/customer.js';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import { CustomerSeal } from '../../src/customers/customer-seal.js';
import { DatabaseConfig } from '../../src/database/database.config.js';
import { TenantDatabase } from '../../src/database/tenancy/tenant-database.js';

/** What the repository must never become: SQL made by joining strings. For counter-proofs only. */
@Injectable()
export class StringBuiltCustomersRepository extends CustomersRepository {
  constructor(
    database: TenantDatabase,
    seal: CustomerSeal,
    private readonly config: DatabaseConfig,
  ) {
    super(database, seal);
  }

  override async create(tenantId: string, content: CustomerContent): Promise<Customer> {
    const id = randomUUID();
    const client = new pg.Client({ connectionString: this.config.url });
    await client.connect();
    try {
      await client.query(`SELECT set_config('app.tenant_id', '${tenantId}', false)`);
      await client.query(
        `INSERT INTO customers (id, tenant_id, given_name, family_name, email, updated_at)
         VALUES ('${id}', '${tenantId}', '${content.givenName}', '${content.familyName}', '${content.email}', now())`,
      );
    } finally {
      await client.end();
    }
    return (await this.find(tenantId, id)) as Customer;
  }
}
