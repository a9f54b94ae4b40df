import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { databaseErrors } from '../../../database/database.errors.js';
import { RepeatedTask } from '../../../platform/clock/repeated-task.js';
import { AppError } from '../../../platform/errors/app-error.js';
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
      const isDone = await this.write(batch);
      if (!isDone) {
        return;
      }
      this.waiting.splice(0, batch.length);
      if (this.waiting.length === 0) {
        this.reportLoss();
      }
    }
  }

  /** Whether the rows need no further try: they are written, or can never be. */
  private async write(batch: readonly AuditRow[]): Promise<boolean> {
    try {
      await this.trail.add(batch);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.condition === databaseErrors.unavailable) {
        return false;
      }
      return this.writeOneByOne(batch, error as Error);
    }
  }

  /** One row that the database refuses must not take the others along. */
  private async writeOneByOne(batch: readonly AuditRow[], error: Error): Promise<boolean> {
    const [row, ...others] = batch;
    if (row && others.length === 0) {
      this.lose(row, error.message);
      return true;
    }
    for (const one of batch) {
      if (!(await this.write([one]))) {
        // Those before it are written; only the rest is tried again.
        this.waiting.splice(0, batch.indexOf(one));
        return false;
      }
    }
    return true;
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
