import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { isRefusedValue } from '../../../database/translate-database-error.js';
import { RepeatedTask } from '../../../platform/clock/repeated-task.js';
import type { SecurityEvent } from '../../../platform/events/security-event.js';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { auditRowOf, type AuditRow } from './audit-row.js';
import { AuditTrail } from './audit-trail.js';
import { LostEvents } from './lost-events.js';
import { isRecorded } from './recorded-events.js';

const FLUSH_MILLISECONDS = 500;
const BATCH_SIZE = 500;

/** So many events wait for a database that is away, or slower than a flood. */
export const MAX_WAITING_EVENTS = 10_000;

/**
 * Brings events into the trail without a write for each request. What waits is bounded, so that nobody can fill
 * the memory with refusals; what finds no room is counted, and the trail itself says so.
 */
@Injectable()
export class AuditWriter implements OnModuleInit {
  private readonly logger = new Logger(AuditWriter.name);
  private readonly task = new RepeatedTask(FLUSH_MILLISECONDS, 'audit events wait', () => this.flush());
  private readonly lostTotal: Counter;
  private readonly lost = new LostEvents();
  private waiting: AuditRow[] = [];
  private flushing: Promise<void> = Promise.resolve();
  private isHeldUp = false;

  constructor(
    private readonly events: SecurityEvents,
    private readonly trail: AuditTrail,
    metrics: Metrics,
  ) {
    this.lostTotal = metrics.counter({
      name: 'audit_events_lost_total',
      help: 'Security events that did not get into the audit trail. They are in the log.',
      labels: [],
    });
  }

  onModuleInit(): void {
    this.events.subscribe((event) => this.record(event));
    this.task.start();
  }

  async stop(): Promise<void> {
    this.task.stop();
    await this.flush();
    this.waiting.forEach((row) => this.lose(row, 'the database was away until the end'));
  }

  /** Writes what waits; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flushNow());
    return this.flushing;
  }

  private record(event: SecurityEvent): void {
    if (!isRecorded(event.name)) {
      return;
    }
    const row = auditRowOf(event);
    if (this.waiting.length >= MAX_WAITING_EVENTS) {
      this.lose(row, 'too many wait');
    } else {
      this.waiting.push(row);
    }
  }

  private async flushNow(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH_SIZE);
      const written = await this.write(batch);
      if (written === null) {
        return;
      }
      this.waiting.splice(0, batch.length);
      // Only where something gets through: a report that is refused would be a loss to report.
      if (this.waiting.length === 0 && written > 0) {
        this.reportLoss();
      }
    }
  }

  /** @returns how many rows are written; null when the batch is to be tried again */
  private async write(batch: readonly AuditRow[]): Promise<number | null> {
    try {
      await this.trail.add(batch);
      this.isHeldUp = false;
      return batch.length;
    } catch (error) {
      if (isRefusedValue(error)) {
        return this.writeOneByOne(batch, error as Error);
      }
      this.tellOfWaiting(error as Error);
      return null;
    }
  }

  /** One row that the database refuses must not take the others along. */
  private async writeOneByOne(batch: readonly AuditRow[], error: Error): Promise<number | null> {
    const [row, ...others] = batch;
    if (row && others.length === 0) {
      this.lose(row, error.message);
      return 0;
    }
    let written = 0;
    for (const one of batch) {
      const result = await this.write([one]);
      if (result === null) {
        // Those before it are done; only the rest is tried again.
        this.waiting.splice(0, batch.indexOf(one));
        return null;
      }
      written += result;
    }
    return written;
  }

  /** Once, however often it is tried. */
  private tellOfWaiting(error: Error): void {
    if (!this.isHeldUp) {
      this.logger.warn(`audit events wait: ${error.message}`);
    }
    this.isHeldUp = true;
  }

  private lose(row: AuditRow, reason: string): void {
    this.lostTotal.inc();
    if (this.lost.count(row.occurred_at)) {
      this.logger.error(`audit events are lost, from ${row.occurred_at} on: ${reason}`);
    }
  }

  private reportLoss(): void {
    const loss = this.lost.take();
    if (loss) {
      this.events.write('audit_events_lost', loss, null);
    }
  }
}
