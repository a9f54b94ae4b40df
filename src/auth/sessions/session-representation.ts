import type { Principal } from '../principal.js';
import { endOf, type Session, type SessionSummary } from './session.js';
import type { CurrentSessionRepresentation, SessionRepresentation } from './session.dto.js';

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
