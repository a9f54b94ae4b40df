import type { Alert } from '../alert.js';

/** A way to somebody who should look. */
export interface AlertSink {
  /** For logs and metrics. */
  readonly name: 'webhook' | 'mail';
  /** @throws Error when it has not arrived, and is worth another try */
  send(alert: Alert): Promise<void>;
}
