import type { Server } from 'node:https';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock } from '../../platform/clock/clock.js';
import { CertificateExpiry } from './certificate-expiry.js';
import { CertificateFault } from './certificate-fault.js';
import { readServerCertificate, type ServerCertificate } from './server-certificate.js';
import { tlsOptionsWith } from './server-tls-options.js';
import { TlsConfig } from './tls.config.js';

/**
 * TLS 1.2 seals its session tickets with a key that lives as long as what the server was set up
 * with: whoever steals it opens every session that it has sealed. A day bounds the loot.
 */
const MAX_TICKET_KEY_AGE_SECONDS = 86_400;

/**
 * Takes a renewed certificate into use: new connections see it, open ones go on under the old
 * one. The files are looked at again and again, and not watched, because a renewal replaces
 * links and mounted secrets, of which a watcher hears nothing.
 */
@Injectable()
export class CertificateRenewal implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CertificateRenewal.name);
  private readonly look = (): void => this.check();
  private timer: NodeJS.Timeout | undefined;
  private inUse: { readonly fingerprint: string; readonly sinceSeconds: number } | undefined;
  private lastFault: string | undefined;

  constructor(
    private readonly config: TlsConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly expiry: CertificateExpiry,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.certFile === undefined) {
      return;
    }
    this.check();
    this.timer = setInterval(this.look, this.config.renewalCheckSeconds * 1000).unref();
    process.on('SIGHUP', this.look);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    process.off('SIGHUP', this.look);
  }

  private check(): void {
    this.reload();
    this.expiry.check();
  }

  private reload(): void {
    const { certFile = '', keyFile = '' } = this.config;
    try {
      const certificate = readServerCertificate(certFile, keyFile);
      this.lastFault = undefined;
      if (certificate.fingerprint !== this.inUse?.fingerprint) {
        this.assertNoWorse(certificate);
        this.use(certificate);
        this.logger.log('the server certificate on file is in use');
      } else if (this.clock.nowSeconds() - this.inUse.sinceSeconds > MAX_TICKET_KEY_AGE_SECONDS) {
        this.use(certificate);
      }
    } catch (error) {
      this.keepOld(error);
    }
  }

  private use(certificate: ServerCertificate): void {
    this.server.setSecureContext(tlsOptionsWith(certificate, this.config));
    this.inUse = { fingerprint: certificate.fingerprint, sinceSeconds: this.clock.nowSeconds() };
    this.expiry.watch(certificate);
  }

  /** At the start anything is better than nothing; later a certificate that nobody accepts is not. */
  private assertNoWorse({ validFromMilliseconds, expiresAtMilliseconds }: ServerCertificate): void {
    const now = this.clock.nowMilliseconds();
    const isValid = validFromMilliseconds <= now && now < expiresAtMilliseconds;
    if (this.inUse && !isValid && (this.expiry.daysLeft() ?? 0) > 0) {
      throw new CertificateFault('holds a certificate that is not valid at this time');
    }
  }

  /** A fault that lasts is told once, not at every look. */
  private keepOld(error: unknown): void {
    if (!(error instanceof CertificateFault)) {
      throw error;
    }
    if (error.message !== this.lastFault) {
      this.lastFault = error.message;
      this.logger.error(`the certificate in use is kept: TLS_CERT_FILE ${error.message}`);
    }
  }

  private get server(): Server {
    return this.adapterHost.httpAdapter.getHttpServer() as Server;
  }
}
