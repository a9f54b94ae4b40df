import type { MailTransport } from '../../../platform/mail/mail-transport.js';
import type { Alert } from '../alert.js';
import type { AlertSink } from './alert-sink.js';

/** Sends alerts by e-mail. */
export class MailSink implements AlertSink {
  readonly name = 'mail';

  constructor(
    private readonly transport: MailTransport,
    private readonly addresses: { readonly from: string; readonly to: string },
  ) {}

  async send(alert: Alert): Promise<void> {
    const delivery = await this.transport.send({
      ...this.addresses,
      subject: `[${alert.severity}] ${alert.title}`,
      text: textOf(alert),
      messageId: `<${alert.id}@${this.addresses.from.split('@')[1] ?? 'localhost'}>`,
      date: alert.at,
    });
    if (delivery.outcome !== 'accepted') {
      throw new Error(delivery.reason);
    }
  }
}

function textOf({ title, about, count, windowSeconds, tenantId, at, rule, id, runbook, eventIds }: Alert) {
  return [
    `${title}.`,
    '',
    `About: ${about}${tenantId === null ? '' : `, tenant ${tenantId}`}`,
    `Seen: ${count} in ${windowSeconds} seconds, until ${at.toISOString()}`,
    `What to do: ${runbook}`,
    `Rule: ${rule}`,
    `Alert: ${id}`,
    ...(eventIds.length === 0 ? [] : [`Security event: ${eventIds.join(', ')}`]),
    '',
  ].join('\n');
}
