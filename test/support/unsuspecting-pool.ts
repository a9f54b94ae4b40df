import type { TenantClient } from '../../src/database/tenancy/tenant-client.js';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';

/** A pool that takes every role, the owner and a superuser included. For counter-proofs only. */
export class UnsuspectingPool extends TenantPool {
  protected override async admit(client: TenantClient): Promise<void> {
    await client.prepareForTenants(() => undefined);
  }
}
