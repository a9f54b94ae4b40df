import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { HealthModule } from '../platform/health/health.module.js';
import { Readiness } from '../platform/health/readiness.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { ExcessivePrivilege } from './connection/excessive-privilege.js';
import { FieldCipher } from './encryption/field-cipher.js';
import { IdempotencyPurge } from './idempotency/idempotency-purge.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { PushModule } from './push/push.module.js';
import { PoolMetrics } from './tenancy/pool-metrics.js';
import { TenantDatabase } from './tenancy/tenant-database.js';
import { TenantPool } from './tenancy/tenant-pool.js';

/**
 * P9 Database — checkpoints P9.1–P9.5.
 * Threat:  SQL injection, a tenant reading another's rows, an all-powerful application, a stolen dump.
 * Defence: prepared statements, forced row-level security, separate roles, sealed fields, verified TLS.
 * Limits:  whoever holds the application's credential and its keys reads what it can read.
 * Proof:   test/practices/p09-database.e2e-spec.ts
 */
@Module({
  imports: [HealthModule, PushModule, CryptoModule, MetricsModule],
  providers: [
    TenantDatabase,
    TenantPool,
    FieldCipher,
    IdempotencyRepository,
    IdempotencyInterceptor,
    IdempotencyPurge,
    PoolMetrics,
  ],
  exports: [TenantDatabase, FieldCipher, IdempotencyInterceptor, PushModule],
})
export class DatabaseModule implements OnModuleInit {
  private readonly logger = new Logger(DatabaseModule.name);

  constructor(
    private readonly readiness: Readiness,
    private readonly database: TenantDatabase,
  ) {}

  /** A database that is away does not hold up the start; one that is too powerful ends it. */
  async onModuleInit(): Promise<void> {
    this.readiness.add('database', () => this.database.ping());
    await this.database.ping().catch((error: unknown) => {
      if (error instanceof ExcessivePrivilege) {
        throw error;
      }
      this.logger.warn(`not ready yet: ${(error as Error).message}`);
    });
  }
}
