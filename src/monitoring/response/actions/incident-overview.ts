import type { CommandClient } from '../../../database/connection/with-client.js';

/** A containment as an operator sees it. */
export interface ContainmentInForce {
  readonly id: string;
  readonly kind: string;
  readonly tenant: string | null;
  readonly value: string;
  readonly notBefore: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly reason: string;
}

/** What somebody holds at this moment, as far as it is known here: of access tokens only the issuer knows. */
export interface Holdings {
  readonly sessions: readonly { readonly id: string; readonly createdAt: Date; readonly lastUsedAt: Date }[];
  readonly keys: readonly {
    readonly id: string;
    readonly scopes: readonly string[];
    readonly allowedNetworks: readonly string[];
    readonly expiresAt: Date;
    readonly lastUsedAt: Date | null;
  }[];
  readonly containments: readonly ContainmentInForce[];
}

const IN_FORCE = `
  SELECT id, kind, tenant_id AS tenant, value, not_before AS "notBefore", expires_at AS "expiresAt",
         created_at AS "createdAt", created_by AS "createdBy", reason
  FROM incident.containments WHERE lifted_at IS NULL AND (expires_at IS NULL OR expires_at > now())
  ORDER BY created_at`;

/** What is to be seen before and after something is done. */
export class IncidentOverview {
  constructor(private readonly client: CommandClient) {}

  async inForce(): Promise<ContainmentInForce[]> {
    const { rows } = await this.client.query<ContainmentInForce>(IN_FORCE);
    return rows;
  }

  async heldBy(tenant: string, subject: string): Promise<Holdings> {
    const who = [tenant, subject];
    const sessions = await this.client.query<Holdings['sessions'][number]>(
      `SELECT id, created_at AS "createdAt", last_used_at AS "lastUsedAt" FROM browser_sessions
       WHERE tenant_id = $1 AND subject = $2 AND expires_at > now() AND idle_expires_at > now() ORDER BY created_at`,
      who,
    );
    const keys = await this.client.query<Holdings['keys'][number]>(
      `SELECT id, scopes, allowed_networks AS "allowedNetworks", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"
       FROM api_keys WHERE tenant_id = $1 AND owner = $2 AND revoked_at IS NULL AND expires_at > now() ORDER BY created_at`,
      who,
    );
    const containments = (await this.inForce()).filter(
      (one) => one.kind === 'subject' && one.tenant === tenant && one.value === subject,
    );
    return { sessions: sessions.rows, keys: keys.rows, containments };
  }
}
