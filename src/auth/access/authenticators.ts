import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { credentialsMissing, multipleCredentials } from '../auth.errors.js';
import type { Authentication, Authenticator } from './authenticator.js';

/** All ways of proving who calls. Each module that knows one adds it; nobody adds a rival guard. */
@Injectable()
export class Authenticators {
  private readonly authenticators: Authenticator[] = [];

  add(authenticator: Authenticator): void {
    this.authenticators.push(authenticator);
  }

  /** Whether the request carries a credential of any kind, good or bad. */
  hasCredential(request: FastifyRequest): boolean {
    return this.authenticators.some((authenticator) => authenticator.countCredentials(request) > 0);
  }

  /**
   * Checks the credential of a request. More than one is refused: whoever checks the first and
   * trusts the second has been tricked (RFC 6750 §2).
   * @throws AppError when there is no credential, or more than one
   */
  async authenticate(request: FastifyRequest): Promise<Authentication> {
    const counts = this.authenticators.map((authenticator) => authenticator.countCredentials(request));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const authenticator = this.authenticators[counts.indexOf(1)];
    if (total > 1) {
      return { ok: false, reason: 'multiple_credentials', error: multipleCredentials() };
    }
    if (!authenticator) {
      throw credentialsMissing();
    }
    return authenticator.authenticate(request);
  }
}
