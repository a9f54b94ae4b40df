import { Injectable } from '@nestjs/common';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { ServerCertificate } from './server-certificate.js';

const DAY_MILLISECONDS = 86_400_000;

/** Renewal is due a month ahead: at the first of these it has failed for a week already. */
const WARNING_DAYS = [21, 7, 1] as const;

/** Tells ahead of time that the certificate ends. */
@Injectable()
export class CertificateExpiry {
  private certificate: ServerCertificate | null = null;
  /** Warnings that this certificate has had; the next one begins anew. */
  private warned = new Set<number>();

  constructor(
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
    metrics: Metrics,
  ) {
    metrics.gauge(
      {
        name: 'certificate_expiry_seconds',
        help: 'Time until the server certificate ends, negative afterwards; no sample without TLS of our own.',
        labels: [],
      },
      (gauge) => {
        const daysLeft = this.daysLeft();
        if (daysLeft === null) {
          gauge.remove();
        } else {
          gauge.set((daysLeft * DAY_MILLISECONDS) / 1000);
        }
      },
    );
  }

  watch(certificate: ServerCertificate): void {
    if (certificate.fingerprint !== this.certificate?.fingerprint) {
      this.certificate = certificate;
      this.warned = new Set();
    }
  }

  /** Days until the certificate in use ends, negative afterwards; null without TLS. */
  daysLeft(): number | null {
    return this.certificate === null
      ? null
      : (this.certificate.expiresAtMilliseconds - this.clock.nowMilliseconds()) / DAY_MILLISECONDS;
  }

  /** Writes each warning once, and of several that are due at once only the most urgent. */
  check(): void {
    const daysLeft = this.daysLeft();
    if (daysLeft === null) {
      return;
    }
    const due = WARNING_DAYS.filter((days) => daysLeft <= days);
    const isNew = due.length > 0 && !this.warned.has(Math.min(...due));
    due.forEach((days) => this.warned.add(days));
    if (isNew) {
      this.events.write('sys_certificate_expiry', { daysLeft: Math.round(daysLeft * 10) / 10 }, null);
    }
  }
}
