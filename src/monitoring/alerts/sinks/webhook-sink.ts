import { createHmac } from 'node:crypto';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Alert } from '../alert.js';
import type { AlertSink } from './alert-sink.js';

const TIMEOUT_MILLISECONDS = 5000;

/**
 * Posts alerts in the form of Standard Webhooks: the id is the alert's own on every try, so that the receiver
 * can tell a repetition; the signature covers id, time and body, so that it can tell a forgery and a replay.
 */
export class WebhookSink implements AlertSink {
  readonly name = 'webhook';

  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly clock: Clock,
  ) {}

  async send(alert: Alert): Promise<void> {
    const body = JSON.stringify({ type: 'security.alert', timestamp: alert.at.toISOString(), data: alert });
    const timestamp = String(this.clock.nowSeconds());
    const response = await fetch(this.url, {
      method: 'POST',
      // A redirect could lead the alert to anybody.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      headers: {
        'content-type': 'application/json',
        'webhook-id': alert.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signatureOf(alert.id, timestamp, body, this.secret)}`,
      },
      body,
    });
    // Read to its end, so that the connection is free for the next; the time limit holds for this, too.
    await response.arrayBuffer();
    if (!response.ok) {
      throw new Error(`the receiver answered ${response.status}`);
    }
  }
}

/** HMAC-SHA256 over id, time and body, in base64; the key is the decoded secret. */
function signatureOf(id: string, timestamp: string, body: string, secret: string): string {
  const key = Buffer.from(secret, 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}
