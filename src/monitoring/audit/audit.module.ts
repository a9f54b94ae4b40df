import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { CryptoModule } from '../../platform/crypto/crypto.module.js';
import { EventsModule } from '../../platform/events/events.module.js';
import { MetricsModule } from '../../platform/metrics/metrics.module.js';
import { AuditCursor } from './reading/audit-cursor.js';
import { AuditEventsController } from './reading/audit-events.controller.js';
import { AuditEventsRepository } from './reading/audit-events.repository.js';
import { ChainWatch } from './sealing/chain-watch.js';
import { ChainRepository } from './sealing/chain.repository.js';
import { Sealer } from './sealing/sealer.js';
import { SealingMetrics } from './sealing/sealing-metrics.js';
import { AuditTrail } from './trail/audit-trail.js';
import { AuditWriter } from './trail/audit-writer.js';

/** The audit trail: events and their seal. */
@Module({
  imports: [CryptoModule, DatabaseModule, EventsModule, MetricsModule],
  controllers: [AuditEventsController],
  providers: [
    AuditCursor,
    AuditEventsRepository,
    AuditTrail,
    AuditWriter,
    ChainRepository,
    ChainWatch,
    Sealer,
    SealingMetrics,
  ],
  exports: [AuditWriter, Sealer],
})
export class AuditModule {}
