import { Module } from '@nestjs/common';
import { EventsModule } from '../platform/events/events.module.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { CspReportsController } from './csp-reports/csp-reports.controller.js';
import { SecurityHeaders } from './headers/security-headers.js';
import { PlaintextRefusal } from './plaintext/plaintext-refusal.js';
import { CertificateExpiry } from './tls/certificate-expiry.js';
import { CertificateRenewal } from './tls/certificate-renewal.js';

/**
 * P4 Transport and HTTP security — checkpoints P4.1–P4.6.
 * Threat:  somebody on the way reads, changes or downgrades; a page is framed, sniffed or injected.
 * Defence: strong TLS or none, plaintext refused and never redirected, strict headers on every answer.
 * Limits:  behind a proxy its TLS is the proxy's; certificates are renewed by a client of ACME.
 * Proof:   test/practices/p04-tls.e2e-spec.ts
 */
@Module({
  imports: [EventsModule, MetricsModule],
  controllers: [CspReportsController],
  providers: [SecurityHeaders, PlaintextRefusal, CertificateExpiry, CertificateRenewal],
  exports: [SecurityHeaders, PlaintextRefusal, CertificateExpiry],
})
export class TransportModule {}
