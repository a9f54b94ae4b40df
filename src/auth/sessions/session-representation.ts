import { endOf, type Session, type SessionSummary } from './session.js';
import type { Principal } from '../principal.js';

/** The session of the caller, as a page needs it. */
export interface CurrentSessionRepresentation {
  readonly subject: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** Then it ends if nothing is asked for any more. */
  readonly expiresAt: string;
  /** Then it ends in any case. */
  readonly endsAt: string;
  /** To be sent as X-CSRF-Token with every unsafe method. */
  readonly csrfToken: string;
}

export interface SessionRepresentation {
  readonly id: string;
  readonly subject: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly isCurrent: boolean;
}

export function representCurrentSession(
  session: Session,
  { scopes, roles }: Principal,
  csrfToken: string,
): CurrentSessionRepresentation {
  return {
    subject: session.subject,
    tenantId: session.tenantId,
    scopes: [...scopes],
    roles: [...roles],
    expiresAt: endOf(session).toISOString(),
    endsAt: session.expiresAt.toISOString(),
    csrfToken,
  };
}

export function representSession(session: SessionSummary, current?: Session): SessionRepresentation {
  return {
    id: session.id,
    subject: session.subject,
    address: session.device?.address ?? null,
    userAgent: session.device?.userAgent ?? null,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: endOf(session).toISOString(),
    isCurrent: session.id === current?.id,
  };
}
