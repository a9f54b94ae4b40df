import type { SecurityEvent } from '../../../platform/events/security-event.js';

/** What the application writes of an event; the names are those of the columns. */
export interface AuditRow {
  readonly occurred_at: string;
  readonly event_id: string;
  readonly event: string;
  readonly outcome: string;
  readonly tenant_id: string | null;
  readonly subject: string | null;
  readonly client_id: string | null;
  readonly credential_id: string | null;
  readonly address: string | null;
  readonly method: string | null;
  readonly route: string | null;
  readonly request_id: string | null;
  readonly trace_id: string | null;
  readonly details: unknown;
}

/** Enough for every event of the catalogue; a refused body of a thousand wrong fields is cut. */
const MAX_DETAILS_LENGTH = 8000;

/** The row of an event. */
export function auditRowOf(event: SecurityEvent): AuditRow {
  const { id, name, at, outcome, circumstances: who } = event;
  return {
    occurred_at: at.toISOString(),
    event_id: id,
    event: name,
    outcome,
    tenant_id: who?.tenantId ?? null,
    subject: who?.subject ?? null,
    client_id: who?.clientId ?? null,
    credential_id: who?.credentialId ?? null,
    address: who?.address ?? null,
    method: who?.method ?? null,
    route: who?.route ?? null,
    request_id: who?.requestId ?? null,
    trace_id: who?.traceId ?? null,
    details: detailsOf(event.details),
  };
}

/**
 * Rows as one JSON text. PostgreSQL knows neither NUL nor halves of characters: a caller who gets one into an
 * event must not be able to keep the batch out of the trail.
 */
export function jsonOfRows(rows: readonly AuditRow[]): string {
  return JSON.stringify(rows, (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  );
}

function detailsOf(details: object): unknown {
  const { length } = JSON.stringify(details);
  return length <= MAX_DETAILS_LENGTH ? details : { isCut: true, length };
}
