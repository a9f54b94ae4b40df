import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import '../../api-keys/authentication/api-key-authenticator.js';
import { invalidKey } from '../../api-keys/api-keys.errors.js';
import type { Refusal } from '../../auth/access/authenticator.js';
import { Authenticators } from '../../auth/access/authenticators.js';
import { invalidToken } from '../../auth/auth.errors.js';
import type { Principal } from '../../auth/principal.js';
import { sessionEnded } from '../../auth/session.errors.js';
import { Clock } from '../../platform/clock/clock.js';
import type { AppError } from '../../platform/errors/app-error.js';
import { ContainmentReports } from './containment-reports.js';
import { Containments } from './containments.js';

/**
 * Refuses whoever is contained, wherever a credential is looked at. The answer is the one to any credential
 * that is over: whoever stole it does not learn that somebody has noticed.
 */
@Injectable()
export class ContainedCallers implements OnModuleInit {
  constructor(
    private readonly authenticators: Authenticators,
    private readonly containments: Containments,
    private readonly reports: ContainmentReports,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.authenticators.addObjection((principal, request) => this.object(principal, request));
  }

  private object(principal: Principal, request: FastifyRequest): Refusal | null {
    const containment = this.containments.list.findAgainst(principal, this.clock.nowMilliseconds());
    if (!containment) {
      return null;
    }
    request.trail.actor = principal;
    this.reports.report(containment, request);
    return { ok: false, reason: 'contained', error: errorFor(request), isOutdated: true };
  }
}

/** In the words for the credential that was sent. */
function errorFor({ apiKey, headers }: FastifyRequest): AppError {
  if (apiKey) {
    return invalidKey();
  }
  return headers.authorization === undefined ? sessionEnded() : invalidToken();
}
