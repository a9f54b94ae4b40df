import type { Metrics } from '../../platform/metrics/metrics.js';
import type { DegradingBucketStore } from './degrading-bucket-store.js';

/**
 * Lets the monitoring see that the limits are looser than they are meant to be: whoever takes Redis away may
 * want just that.
 * @param store null where nothing is shared, so that nothing can be lost
 */
export function reportSharing(metrics: Metrics, store: DegradingBucketStore | null): void {
  metrics.gauge(
    {
      name: 'rate_limit_degraded',
      help: '1 while Redis is away and each instance counts alone, with a share of each limit.',
      labels: [],
    },
    (gauge) => gauge.set(Number(store?.isDegraded ?? false)),
  );
  metrics.counter(
    {
      name: 'rate_limit_losses_total',
      help: 'How often Redis was lost to the rate limits.',
      labels: [],
    },
    (counter) => {
      counter.reset();
      counter.inc(store?.lossCount ?? 0);
    },
  );
}
