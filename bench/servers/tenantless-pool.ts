import type { QueryConfig, QueryResult } from 'pg';
import { DriverClient } from '../../src/database/connection/driver.js';
import type { DatabaseConfig } from '../../src/database/database.config.js';
import { TenantClient } from '../../src/database/tenancy/tenant-client.js';
import { UnsuspectingPool } from '../../test/support/unsuspecting-pool.js';

/** Sends every statement as it is, without a tenant. */
class TenantlessClient extends TenantClient {
  override query(query: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    return (DriverClient.prototype as DriverClient).query.call(this, query, values);
  }

  override async prepareForTenants(): Promise<void> {
    // Nobody says for whom.
  }
}

/** A pool whose role no policy holds for, and whose statements name no tenant. */
export class TenantlessPool extends UnsuspectingPool {
  constructor(config: DatabaseConfig) {
    super(config);
    Object.assign(this, { Client: TenantlessClient });
  }
}
