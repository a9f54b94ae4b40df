import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { TenantPool } from './tenant-pool.js';

/** How full the pool is: who waits for a connection is about to be answered with 503. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, pool: TenantPool) {
    metrics.gauge(
      {
        name: 'database_connections',
        help: 'Connections of this instance that are `active` or `idle`, and callers who are `waiting` for one.',
        labels: ['state'],
      },
      (gauge) => {
        gauge.set({ state: 'active' }, pool.totalCount - pool.idleCount);
        gauge.set({ state: 'idle' }, pool.idleCount);
        gauge.set({ state: 'waiting' }, pool.waitingCount);
      },
    );
  }
}
