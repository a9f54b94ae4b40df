import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { Clock } from '../../../platform/clock/clock.js';
import { Metrics } from '../../../platform/metrics/metrics.js';

/** Shows how far the chain is, and for how long nobody has been able to go on with it. */
@Injectable()
export class SealingMetrics {
  private readonly position: Gauge;
  private lastLook: number;
  /** When the oldest event without a seal was recorded, or since when nobody could tell. */
  private waitingSince: number | null = null;

  constructor(
    metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.lastLook = clock.nowMilliseconds();
    this.position = metrics.gauge({
      name: 'audit_sealed_position',
      help: 'Last position of the chain over the audit trail that this instance has seen.',
      labels: [],
    });
    const age = {
      name: 'audit_oldest_unsealed_seconds',
      help: 'Age of the oldest event of the audit trail without a seal; grows while nobody can look.',
      labels: [],
    } as const;
    metrics.gauge(age, (gauge) => gauge.set(this.waitingSeconds()));
  }

  showPosition(position: bigint): void {
    this.position.set(Number(position));
  }

  /** @param oldest when the oldest event without a seal was recorded; null when there is none */
  showWaiting(oldest: Date | null): void {
    this.lastLook = this.clock.nowMilliseconds();
    this.waitingSince = oldest?.getTime() ?? null;
  }

  showFailure(): void {
    this.waitingSince ??= this.lastLook;
  }

  private waitingSeconds(): number {
    const { waitingSince } = this;
    return waitingSince === null ? 0 : Math.max(0, (this.clock.nowMilliseconds() - waitingSince) / 1000);
  }
}
