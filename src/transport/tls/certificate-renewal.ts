import type { Server } from 'node:https';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CertificateExpiry } from './certificate-expiry.js';
import { CertificateFault } from './certificate-fault.js';
import { readServerCertificate } from './server-certificate.js';
import { tlsOptionsWith } from './server-tls-options.js';
import { TlsConfig } from './tls.config.js';

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
  private fingerprint: string | undefined;
  private lastFault: string | undefined;

  constructor(
    private readonly config: TlsConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly expiry: CertificateExpiry,
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
      if (certificate.fingerprint !== this.fingerprint) {
        this.server.setSecureContext(tlsOptionsWith(certificate, this.config));
        this.fingerprint = certificate.fingerprint;
        this.expiry.watch(certificate);
        this.logger.log('the server certificate is in use');
      }
    } catch (error) {
      this.keepOld(error);
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
