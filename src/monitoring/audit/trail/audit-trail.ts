import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../database/tenancy/tenant-database.js';
import { jsonOfRows, type AuditRow } from './audit-row.js';

/** Adds to the trail; the database lets nobody do more. */
@Injectable()
export class AuditTrail {
  constructor(private readonly database: TenantDatabase) {}

  /** All of the rows or none, of whatever tenants. */
  async add(rows: readonly AuditRow[]): Promise<void> {
    const json = jsonOfRows(rows);
    await this.database.asTenant(
      '',
      (prisma) => prisma.$executeRaw`
        INSERT INTO audit.events (source, occurred_at, event_id, event, outcome, tenant_id, subject, client_id,
          credential_id, address, method, route, request_id, trace_id, details)
        SELECT 'application', occurred_at, event_id, event, outcome, tenant_id, subject, client_id,
          credential_id, address, method, route, request_id, trace_id, details
        FROM jsonb_to_recordset(${json}::jsonb) AS row(
          occurred_at timestamptz, event_id uuid, event text, outcome text, tenant_id text, subject text,
          client_id text, credential_id text, address text, method text, route text, request_id text,
          trace_id text, details jsonb)`,
    );
  }
}
