import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { Metrics } from '../../../platform/metrics/metrics.js';

/** Shows how far the chain is. */
@Injectable()
export class SealingMetrics {
  private readonly position: Gauge;
  private readonly age: Gauge;

  constructor(metrics: Metrics) {
    this.position = metrics.gauge({
      name: 'audit_sealed_position',
      help: 'Last position of the chain over the audit trail that this instance has seen.',
      labels: [],
    });
    this.age = metrics.gauge({
      name: 'audit_oldest_unsealed_seconds',
      help: 'Age of the oldest event of the audit trail without a seal.',
      labels: [],
    });
  }

  show(position: bigint, oldestUnsealedSeconds: number): void {
    this.position.set(Number(position));
    this.age.set(oldestUnsealedSeconds);
  }
}
