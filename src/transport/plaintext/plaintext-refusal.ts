import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { AppError } from '../../platform/errors/app-error.js';
import { HttpConfig } from '../../platform/http/http.config.js';
import '../../platform/http/routes/probe.decorator.js';
import { TlsConfig } from '../tls/tls.config.js';
import { transportErrors } from '../transport.errors.js';
import { exposedCredentials } from './exposed-credentials.js';

/**
 * Refuses what came without TLS. Never by a redirect: the credential has already crossed the
 * network in the clear, and a client that is redirected sends it so every time without anybody
 * noticing. The event says that it must be considered burnt.
 *
 * There is no look at the environment here. Where neither TLS nor a trusted proxy is
 * configured, the configuration allows only a server on loopback outside production, and
 * nothing that it receives was ever on a network.
 */
@Injectable()
export class PlaintextRefusal {
  private readonly isLoopbackOnly: boolean;

  constructor(
    tls: TlsConfig,
    http: HttpConfig,
    private readonly events: SecurityEvents,
  ) {
    this.isLoopbackOnly = tls.certFile === undefined && http.trustedProxies === false;
  }

  register(fastify: FastifyInstance): void {
    if (this.isLoopbackOnly) {
      return;
    }
    fastify.addHook('onRequest', (request, _reply, done) => {
      // Behind a proxy this is what the proxy says, and only a trusted one is asked.
      done(request.protocol === 'https' ? undefined : this.refusalOf(request));
    });
  }

  private refusalOf(request: FastifyRequest): AppError | undefined {
    const carriers = exposedCredentials(request.headers, request.query);
    if (carriers.length > 0) {
      this.events.write('authn_credential_exposed', { carriers }, request);
      const detail = 'Consider it stolen: revoke it, and use https from now on.';
      return new AppError(transportErrors.credentialExposed, { detail });
    }
    return request.routeOptions.config.isProbe ? undefined : new AppError(transportErrors.tlsRequired);
  }
}
