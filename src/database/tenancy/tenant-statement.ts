import type { QueryConfig } from 'pg';
import { DriverStatement, type DriverConnection } from '../connection/driver.js';
import type { RowScope } from './tenant-context.js';

/** The prepared statements of every connection that say which rows may be seen, and who changes them. */
export const SET_TENANT = {
  name: 'set_tenant',
  text: "SELECT set_config('app.tenant_id', $1, true), set_config('app.actor', $2, true)",
} as const;
export const SET_REFERENCE = {
  name: 'set_reference',
  text: "SELECT set_config('app.reference', $1, true)",
} as const;

/** Who calls without a tenant is nobody: row-level security shows no row to the empty name. */
export const NOBODY: RowScope = { tenantId: '' };

/**
 * One SQL statement together with its tenant, in one round trip: first the prepared
 * `set_tenant`, then the statement, then a single Sync. PostgreSQL runs everything up to a
 * Sync in one implicit transaction, and the setting is local to it. So the two cannot be
 * separated, nothing remains on the pooled connection, and no BEGIN or COMMIT is paid for.
 */
export class TenantStatement extends DriverStatement {
  /** The server answers the setting first; those two messages are not the caller's. */
  private isAnnouncingScope = true;

  constructor(
    config: QueryConfig,
    private readonly scope: RowScope,
    private readonly actor: string,
  ) {
    super(config);
  }

  /** Without parameters pg would choose the simple protocol, which has no room for a second statement. */
  override requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: DriverConnection): void {
    connection.bind(
      'tenantId' in this.scope
        ? { statement: SET_TENANT.name, values: [this.scope.tenantId, this.actor] }
        : { statement: SET_REFERENCE.name, values: [this.scope.reference] },
    );
    connection.execute({});
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (!this.isAnnouncingScope) {
      super.handleDataRow(message);
    }
  }

  override handleCommandComplete(message: unknown, connection: DriverConnection): void {
    if (this.isAnnouncingScope) {
      this.isAnnouncingScope = false;
      return;
    }
    super.handleCommandComplete(message, connection);
  }
}
