import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../platform/errors/app-error.js';
import type { Principal } from '../principal.js';

export type Authentication =
  | {
      readonly ok: true;
      readonly principal: Principal;
      /** What the answer tells the holder about the credential. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  /**
   * `reason` is for the security event; `error` is what the caller gets. Outdated is a credential
   * that was really issued: nobody has guessed it, its holder has only not renewed it yet.
   */
  | {
      readonly ok: false;
      readonly reason: string;
      readonly error: AppError;
      readonly isOutdated?: boolean;
    };

/** One way of proving who calls. */
export interface Authenticator {
  /** How many credentials of this kind the request carries. */
  countCredentials(request: FastifyRequest): number;
  /** Checks the one credential that the request carries. */
  authenticate(request: FastifyRequest): Promise<Authentication>;
}
