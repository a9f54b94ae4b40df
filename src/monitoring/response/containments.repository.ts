import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { Containment } from './containment.js';

/** The containments as the application may know them: not why, and not by whom. They belong to no tenant. */
@Injectable()
export class ContainmentsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Changes with every row that is added or lifted. Nobody lifts a row twice, or removes one. */
  async version(): Promise<string> {
    const rows = await this.database.asTenant(
      '',
      (prisma) => prisma.$queryRaw<{ version: string }[]>`
        SELECT concat_ws(' ', count(*), count(lifted_at), max(created_at)) AS version FROM incident.containments`,
    );
    return rows[0]?.version ?? '';
  }

  async inForce(): Promise<Containment[]> {
    return this.database.asTenant(
      '',
      (prisma) => prisma.$queryRaw<Containment[]>`
        SELECT id::text, kind, tenant_id AS "tenantId", value, not_before AS "notBefore", expires_at AS "expiresAt"
        FROM incident.containments
        WHERE lifted_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    );
  }
}
