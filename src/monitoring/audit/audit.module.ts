import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventsModule } from '../../platform/events/events.module.js';
import { MetricsModule } from '../../platform/metrics/metrics.module.js';
import { ChainWatch } from './sealing/chain-watch.js';
import { ChainRepository } from './sealing/chain.repository.js';
import { Sealer } from './sealing/sealer.js';
import { SealingMetrics } from './sealing/sealing-metrics.js';
import { AuditTrail } from './trail/audit-trail.js';
import { AuditWriter } from './trail/audit-writer.js';

/** The audit trail: events and their seal. */
@Module({
  imports: [DatabaseModule, EventsModule, MetricsModule],
  providers: [AuditTrail, AuditWriter, ChainRepository, ChainWatch, Sealer, SealingMetrics],
  exports: [AuditWriter, Sealer],
})
export class AuditModule {}
