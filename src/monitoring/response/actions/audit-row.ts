import type { CommandClient } from '../../../database/connection/with-client.js';

/** Something that was done about an incident. */
export interface AuditRow {
  readonly event:
    | 'incident_contained'
    | 'incident_key_revoked'
    | 'incident_address_blocked'
    | 'incident_containment_lifted';
  readonly tenantId: string | null;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Writes it down in the audit trail, in the transaction that does it: neither is there without the other. */
export async function writeAuditRow(
  client: CommandClient,
  { event, tenantId, subject, details }: AuditRow,
): Promise<void> {
  await client.query(
    `INSERT INTO audit.events (occurred_at, source, event, outcome, tenant_id, subject, details)
     VALUES (now(), 'application', $1, 'success', $2, $3, $4)`,
    [event, tenantId, subject, JSON.stringify(details)],
  );
}
