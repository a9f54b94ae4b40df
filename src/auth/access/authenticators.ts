import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { credentialsMissing, multipleCredentials } from '../auth.errors.js';
import type { Authentication, Authenticator, Objection } from './authenticator.js';

/** All ways of proving who calls. Each module that knows one adds it; nobody adds a rival guard. */
@Injectable()
export class Authenticators {
  private readonly authenticators: Authenticator[] = [];
  private readonly objections: Objection[] = [];

  add(authenticator: Authenticator): void {
    this.authenticators.push(authenticator);
  }

  /** Asked about every caller, in whichever way and for whomever it was authenticated. */
  addObjection(objection: Objection): void {
    this.objections.push(objection);
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
    return this.withObjections(await authenticator.authenticate(request), request);
  }

  private withObjections(authentication: Authentication, request: FastifyRequest): Authentication {
    if (!authentication.ok) {
      return authentication;
    }
    for (const objection of this.objections) {
      const refusal = objection(authentication.principal, request);
      if (refusal) {
        return refusal;
      }
    }
    return authentication;
  }
}
