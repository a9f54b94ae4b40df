import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { failureOf, type Authentication } from '../../auth/access/authenticator.js';
import { Authenticators } from '../../auth/access/authenticators.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { AppError } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import '../../platform/http/request/request-trail.js';
import '../../rate-limit/limits/address-limits.js';
import { ApiDocsConfig } from '../api-docs.config.js';

/** Who may read the documentation: a setting, which no decorator can know. */
@Injectable()
export class DocsAccess {
  constructor(
    private readonly config: ApiDocsConfig,
    private readonly authenticators: Authenticators,
    private readonly events: SecurityEvents,
  ) {}

  get isServed(): boolean {
    return this.config.access !== 'off';
  }

  /** @throws AppError where there is no documentation, or none for this caller */
  async assertAllowed(request: FastifyRequest): Promise<void> {
    this.assertServed();
    if (this.config.access === 'log-in') {
      const authentication = await this.authenticate(request);
      if (!authentication.ok) {
        throw authentication.error;
      }
    }
  }

  /** For a browser, which can do something about it: whether it has to log in first. */
  async needsLogIn(request: FastifyRequest): Promise<boolean> {
    this.assertServed();
    if (this.config.access === 'public') {
      return false;
    }
    if (!this.authenticators.hasCredential(request)) {
      return true;
    }
    return !(await this.authenticate(request)).ok;
  }

  /** As the guard does it on routes that are closed for everybody alike. */
  private async authenticate(request: FastifyRequest): Promise<Authentication> {
    const authentication = await this.authenticators.authenticate(request);
    if (!authentication.ok) {
      // As everywhere, or this would be the place to try credentials out: it is counted, and told.
      request.hasUnprovenCredential = true;
      request.trail.isCredentialOutdated = authentication.isOutdated === true;
      this.events.write('authn_login_fail', failureOf(authentication), request);
    }
    return authentication;
  }

  /** The parts of the page are the same for everybody, and say nothing of this API. */
  assertServed(): void {
    if (!this.isServed) {
      throw new AppError(platformErrors.notFound);
    }
  }
}
