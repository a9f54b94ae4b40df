import type { QueryConfig } from 'pg';
import { DriverStatement, type DriverConnection } from '../connection/driver.js';

/** The prepared statement of every connection that says whose rows may be seen. */
export const SET_TENANT = {
  name: 'set_tenant',
  text: "SELECT set_config('app.tenant_id', $1, true)",
} as const;

/**
 * One SQL statement together with its tenant, in one round trip: first the prepared
 * `set_tenant`, then the statement, then a single Sync. PostgreSQL runs everything up to a
 * Sync in one implicit transaction, and the setting is local to it. So the two cannot be
 * separated, nothing remains on the pooled connection, and no BEGIN or COMMIT is paid for.
 */
export class TenantStatement extends DriverStatement {
  /** The server answers `set_tenant` first; those two messages are not the caller's. */
  private isAnnouncingTenant = true;

  constructor(
    config: QueryConfig,
    private readonly tenantId: string,
  ) {
    super(config);
  }

  /** Without parameters pg would choose the simple protocol, which has no room for a second statement. */
  override requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: DriverConnection): void {
    connection.bind({ statement: SET_TENANT.name, values: [this.tenantId] });
    connection.execute({});
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (!this.isAnnouncingTenant) {
      super.handleDataRow(message);
    }
  }

  override handleCommandComplete(message: unknown, connection: DriverConnection): void {
    if (this.isAnnouncingTenant) {
      this.isAnnouncingTenant = false;
      return;
    }
    super.handleCommandComplete(message, connection);
  }
}
