import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { Clock } from '../../platform/clock/clock.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { CryptoModule } from '../../platform/crypto/crypto.module.js';
import { smtpOptions } from '../../platform/mail/smtp-options.js';
import { MetricsModule } from '../../platform/metrics/metrics.module.js';
import { Alerts, AlertSinks } from './alerts.js';
import { AlertsConfig } from './alerts.config.js';
import { AlertsRepository } from './alerts.repository.js';
import { AlertCursor } from './reading/alert-cursor.js';
import { AlertsController } from './reading/alerts.controller.js';
import type { AlertSink } from './sinks/alert-sink.js';
import { MailSink } from './sinks/mail-sink.js';
import { WebhookSink } from './sinks/webhook-sink.js';

/** Who is told, and how. */
@Module({
  imports: [CryptoModule, DatabaseModule, MetricsModule],
  controllers: [AlertsController],
  providers: [
    Alerts,
    AlertsRepository,
    AlertCursor,
    { provide: AlertSinks, inject: [AlertsConfig, RuntimeConfig, Clock], useFactory: sinksOf },
  ],
  exports: [Alerts],
})
export class AlertsModule {}

async function sinksOf(
  config: AlertsConfig,
  { environment }: RuntimeConfig,
  clock: Clock,
): Promise<AlertSink[]> {
  const { webhookUrl, webhookSecret, mailTo, mailFrom, smtpUrl } = config;
  const sinks: AlertSink[] = [];
  if (webhookUrl !== undefined && webhookSecret !== undefined) {
    sinks.push(new WebhookSink(webhookUrl, webhookSecret, clock));
  }
  if (mailTo !== undefined && mailFrom !== undefined && smtpUrl !== undefined) {
    // Where nobody is told by mail, its library costs nothing.
    const { SmtpTransport } = await import('../../platform/mail/smtp-transport.js');
    const server = new SmtpTransport(smtpOptions(smtpUrl, { isProduction: environment === 'production' }));
    sinks.push(new MailSink(server, { from: mailFrom, to: mailTo }));
  }
  return sinks;
}
