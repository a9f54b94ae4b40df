import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Clock } from '../../platform/clock/clock.js';
import { OncePerInterval } from '../../platform/clock/once-per-interval.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { Alert } from './alert.js';
import { AlertsConfig } from './alerts.config.js';
import { AlertsRepository } from './alerts.repository.js';
import type { AlertSink } from './sinks/alert-sink.js';
import { Delivery } from './sinks/delivery.js';

/** What a rule says of every alert that it raises. */
export type AlertRule = Pick<Alert, 'title' | 'severity' | 'windowSeconds'> & {
  readonly id: string;
  readonly cooldownSeconds: number;
};

export type AlertCause = Pick<Alert, 'about' | 'tenantId' | 'count' | 'eventIds'> & {
  /** What tells it from others about the same, each of which is told; absent where one is told for all. */
  readonly detail?: string | undefined;
};

export const AlertSinks = Symbol('AlertSinks');

/** Of what may be seen a thousand times a second, so much is remembered to have been told. */
const MAX_REMEMBERED = 20_000;
const RUNBOOKS = 'docs/runbooks';
const MAX_ABOUT_LENGTH = 400;

/** Tells people: each alert once within its cool-down, whichever instance has seen it and however often. */
@Injectable()
export class Alerts implements OnApplicationShutdown {
  private readonly logger = new Logger('Alerts');
  private readonly recent: OncePerInterval;
  private readonly raised: Counter<'rule' | 'severity'>;
  private readonly deliveries: readonly Delivery[];
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: AlertsConfig,
    private readonly repository: AlertsRepository,
    @Inject(AlertSinks) sinks: readonly AlertSink[],
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.recent = new OncePerInterval(clock, MAX_REMEMBERED);
    this.raised = metrics.counter({
      name: 'alerts_total',
      help: 'Alerts that this instance has raised.',
      labels: ['rule', 'severity'],
    });
    const delivered = metrics.counter({
      name: 'alert_deliveries_total',
      help: 'Alerts that were brought to a sink, or given up after several tries.',
      labels: ['sink', 'outcome'],
    });
    this.deliveries = sinks.map(
      (sink) => new Delivery(sink, (outcome) => delivered.inc({ sink: sink.name, outcome })),
    );
  }

  /** Raises an alert, unless the same was raised during the cool-down. Never rejects. */
  async raise(rule: AlertRule, { detail, ...cause }: AlertCause): Promise<void> {
    const what = JSON.stringify([rule.id, cause.tenantId, cause.about, detail]);
    // First in memory: a flood asks the database once.
    if (!this.recent.isDue(what, rule.cooldownSeconds * 1000)) {
      return;
    }
    const raising = this.raiseDue(rule, cause, what);
    this.underWay = Promise.allSettled([this.underWay, raising]);
    await raising;
  }

  /** Resolves when everything that was raised so far is stored. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.deliveries.map((delivery) => delivery.stop()));
  }

  private async raiseDue(rule: AlertRule, cause: Omit<AlertCause, 'detail'>, what: string): Promise<void> {
    const at = new Date(this.clock.nowMilliseconds());
    if (!(await this.isMine(what, at, rule.cooldownSeconds))) {
      return;
    }
    const alert = this.alertOf(rule, cause, at);
    this.raised.inc({ rule: rule.id, severity: rule.severity });
    const { id, at: raisedAt, ...line } = alert;
    this.logger[rule.severity === 'critical' ? 'error' : 'warn']({ alertId: id, raisedAt, ...line }, 'alert');
    this.deliveries.forEach((delivery) => delivery.push(alert));
    await this.store(alert);
  }

  /** While the database is away every instance tells for itself: rather twice than not at all. */
  private async isMine(what: string, now: Date, cooldownSeconds: number): Promise<boolean> {
    const endsAt = new Date(now.getTime() + cooldownSeconds * 1000);
    return this.repository.claim(what, now, endsAt).catch(() => true);
  }

  private alertOf(
    { id: rule, title, severity, windowSeconds }: AlertRule,
    cause: Omit<AlertCause, 'detail'>,
    at: Date,
  ): Alert {
    const base = this.config.runbookBaseUrl ?? RUNBOOKS;
    return {
      id: randomUUID(),
      rule,
      title,
      severity,
      at,
      windowSeconds,
      runbook: `${base.replace(/\/$/, '')}/${rule}.md`,
      ...cause,
      about: cause.about.slice(0, MAX_ABOUT_LENGTH),
    };
  }

  private async store(alert: Alert): Promise<void> {
    const tenantId = alert.tenantId ?? this.config.operatorTenant;
    if (tenantId === undefined) {
      return;
    }
    try {
      await this.repository.insert(tenantId, alert);
    } catch (error) {
      this.logger.warn({ err: error, alertId: alert.id }, 'an alert is not in the list');
    }
  }
}
