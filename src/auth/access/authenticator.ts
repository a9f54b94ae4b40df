import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../platform/errors/app-error.js';
import type { SecurityEventDetails } from '../../platform/events/security-event.js';
import type { Principal } from '../principal.js';

type LogInFailure = SecurityEventDetails['authn_login_fail'];

export type Authentication =
  | {
      readonly ok: true;
      readonly principal: Principal;
      /** What the answer tells the holder about the credential. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | Refusal;

/**
 * `reason` is for the security event; `error` is what the caller gets. Outdated is a credential
 * that was really issued: nobody has guessed it, its holder has only not renewed it yet.
 */
export interface Refusal {
  readonly ok: false;
  readonly reason: string;
  readonly error: AppError;
  readonly isOutdated?: boolean;
  /** Whom the credential claims to belong to: an identifier that is public, or a digest. */
  readonly account?: string | null;
}

/** A refusal as the log tells it. Our own failure to check is no guess of somebody's. */
export function failureOf({ reason, error, isOutdated = false, account = null }: Refusal): LogInFailure {
  return { reason, account, isGuess: !isOutdated && error.condition.status < 500 };
}

/** Refuses a caller whose credential is good, because of something that no credential says; null lets it pass. */
export type Objection = (principal: Principal, request: FastifyRequest) => Refusal | null;

/** One way of proving who calls. */
export interface Authenticator {
  /** How many credentials of this kind the request carries. */
  countCredentials(request: FastifyRequest): number;
  /** Checks the one credential that the request carries. */
  authenticate(request: FastifyRequest): Promise<Authentication>;
}
