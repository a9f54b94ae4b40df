import type { CommandClient } from '../../database/connection/with-client.js';
import type { TenantContact } from './plan-notices.js';

/** The contacts of all tenants, as only the role of the notices sees them. */
export class SqlNoticeContacts {
  constructor(private readonly client: CommandClient) {}

  async all(): Promise<readonly TenantContact[]> {
    const { rows } = await this.client.query<TenantContact>(
      `SELECT tenant_id AS "tenantId", kind, reference, email FROM notice_contacts`,
    );
    return rows;
  }
}
