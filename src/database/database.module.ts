import { Module, type OnModuleInit } from '@nestjs/common';
import { HealthModule } from '../platform/health/health.module.js';
import { Readiness } from '../platform/health/readiness.js';
import { PushModule } from './push/push.module.js';
import { TenantDatabase } from './tenancy/tenant-database.js';
import { TenantPool } from './tenancy/tenant-pool.js';

/**
 * P9 Database — checkpoints P9.1–P9.5.
 * Threat:  SQL injection, one tenant reading another's rows, an application that may do too much.
 * Defence: prepared statements, forced row-level security in the same round trip, separate roles.
 * Limits:  whoever holds the owner's credential or the server's disk is not stopped here.
 * Proof:   test/practices/p09-database.e2e-spec.ts
 */
@Module({
  imports: [HealthModule, PushModule],
  providers: [TenantDatabase, TenantPool],
  exports: [TenantDatabase, PushModule],
})
export class DatabaseModule implements OnModuleInit {
  constructor(
    private readonly readiness: Readiness,
    private readonly database: TenantDatabase,
  ) {}

  onModuleInit(): void {
    this.readiness.add('database', () => this.database.ping());
  }
}
