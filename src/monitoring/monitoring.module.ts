import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventsModule } from '../platform/events/events.module.js';
import { SecurityEvents } from '../platform/events/security-events.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { AuditModule } from './audit/audit.module.js';
import { Sealer } from './audit/sealing/sealer.js';
import { AuditWriter } from './audit/trail/audit-writer.js';
import { DetectionModule } from './detection/detection.module.js';
import { LogModule } from './log/log.module.js';
import { EventMetrics } from './metrics/event-metrics.js';
import { ManagementServer } from './metrics/management-server.js';
import { RequestMetrics } from './metrics/request-metrics.js';
import { ResponseModule } from './response/response.module.js';

/**
 * P8 Logging, monitoring, response — checkpoints P8.1–P8.5.
 * Threat:  an attack that nobody notices, or a log that tells the attacker's story or our secrets.
 * Defence: typed events without values; a sealed trail; rules that see an attack, and tell somebody once.
 * Limits:  thresholds are a judgement; whoever has database and key together rewrites the trail.
 * Proof:   test/practices/p08-detection.e2e-spec.ts
 */
@Module({
  imports: [EventsModule, LogModule, MetricsModule, AuditModule, DetectionModule, ResponseModule],
  providers: [ManagementServer, RequestMetrics, EventMetrics],
  exports: [LogModule, ResponseModule],
})
export class MonitoringModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly events: SecurityEvents,
    private readonly auditWriter: AuditWriter,
    private readonly sealer: Sealer,
  ) {}

  onApplicationBootstrap(): void {
    this.events.write('sys_startup', {}, null);
  }

  /** The last event is the end itself, and it is sealed. */
  async onApplicationShutdown(): Promise<void> {
    this.events.write('sys_shutdown', {}, null);
    await this.auditWriter.stop();
    await this.sealer.stop();
  }
}
