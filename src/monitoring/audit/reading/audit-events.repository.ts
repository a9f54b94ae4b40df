import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../database/tenancy/tenant-database.js';

export interface AuditFilter {
  readonly event?: string | undefined;
  readonly subject?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly source?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ListedAuditEvent {
  readonly id: string;
  readonly recordedAt: Date;
  readonly occurredAt: Date;
  readonly source: string;
  readonly event: string;
  readonly outcome: string;
  readonly subject: string | null;
  readonly clientId: string | null;
  readonly credentialId: string | null;
  readonly address: string | null;
  readonly route: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly details: unknown;
}

/** What a tenant may see of the trail: its own rows, which the policy decides and no condition here. */
@Injectable()
export class AuditEventsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * The newest first. By id, which grows: a time can be the same twice, and a page must not lose a row to that.
   * @param before the id at which the page before ended
   */
  async list(
    tenantId: string,
    filter: AuditFilter,
    limit: number,
    before?: string,
  ): Promise<ListedAuditEvent[]> {
    const { event = null, subject = null, credentialId = null, requestId = null, source = null } = filter;
    const { from = null, to = null } = filter;
    const last = before ?? null;
    return this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<ListedAuditEvent[]>`
        SELECT id::text, recorded_at AS "recordedAt", occurred_at AS "occurredAt", source, event, outcome, subject,
          client_id AS "clientId", credential_id AS "credentialId", address, route, request_id AS "requestId",
          trace_id AS "traceId", details
        FROM audit.events
        WHERE (${event}::text IS NULL OR event = ${event}::text)
          AND (${subject}::text IS NULL OR subject = ${subject}::text)
          AND (${credentialId}::text IS NULL OR credential_id = ${credentialId}::text)
          AND (${requestId}::text IS NULL OR request_id = ${requestId}::text)
          AND (${source}::text IS NULL OR source = ${source}::text)
          AND (${from}::timestamptz IS NULL OR recorded_at >= ${from}::timestamptz)
          AND (${to}::timestamptz IS NULL OR recorded_at < ${to}::timestamptz)
          AND (${last}::bigint IS NULL OR id < ${last}::bigint)
        ORDER BY events.id DESC LIMIT ${limit}`,
    );
  }
}
