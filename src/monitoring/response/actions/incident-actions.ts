import { KEY_TOPIC } from '../../../api-keys/authentication/key-cache.js';
import { announceWithCommit } from '../../../database/push/announce-with-commit.js';
import type { CommandClient } from '../../../database/connection/with-client.js';
import { CONTAINMENT_TOPIC, type ContainmentKind } from '../containment.js';
import { writeAuditRow } from './audit-row.js';
import { NOTHING_DONE, type IncidentOrder, type IncidentReport } from './incident-order.js';

type Order<Verb extends IncidentOrder['verb']> = Extract<IncidentOrder, { verb: Verb }>;

interface NewContainment {
  readonly kind: ContainmentKind;
  readonly tenant: string | null;
  readonly value: string;
  /** Only what was issued before now is refused. */
  readonly isPastOnly?: boolean;
  /** Null: until it is lifted. */
  readonly expiresAt?: Date | null;
}

interface WhichKeys {
  readonly id?: string | null;
  readonly tenant?: string | null;
  readonly owner?: string | null;
}

/**
 * What `npm run incident` does to the database. Each action belongs into one transaction of the caller:
 * it writes the audit row and tells the instances, which hear of it with the commit.
 */
export class IncidentActions {
  constructor(private readonly client: CommandClient) {}

  /** @throws when there is nothing that the order could be about */
  async perform(order: IncidentOrder): Promise<IncidentReport> {
    switch (order.verb) {
      case 'contain':
        return this.containSubject(order);
      case 'contain-client':
        return this.containClient(order);
      case 'revoke-key':
        return this.revokeKey(order);
      case 'block':
        return this.block(order);
      default:
        return this.lift(order);
    }
  }

  /** The containment first: a session or key that is made at this very moment is older than it, and refused. */
  private async containSubject(order: Order<'contain'>): Promise<IncidentReport> {
    const { tenant, subject, isSuspended, reason, by } = order;
    const wanted = { kind: 'subject', tenant, value: subject, isPastOnly: !isSuspended } as const;
    const id = await this.insert(wanted, order);
    const sessions = await this.client.query(
      'DELETE FROM browser_sessions WHERE tenant_id = $1 AND subject = $2',
      [tenant, subject],
    );
    const keysRevoked = await this.revoke({ tenant, owner: subject });
    const sessionsEnded = sessions.rowCount ?? 0;
    const details = { containmentId: id, isSuspended, sessionsEnded, keysRevoked, reason, by };
    await writeAuditRow(this.client, { event: 'incident_contained', tenantId: tenant, subject, details });
    return { ...NOTHING_DONE, containments: [id], sessionsEnded, keysRevoked };
  }

  private async containClient(order: Order<'contain-client'>): Promise<IncidentReport> {
    const { tenant, client, reason, by } = order;
    const id = await this.insert({ kind: 'client', tenant, value: client }, order);
    const details = { containmentId: id, client, reason, by };
    await writeAuditRow(this.client, {
      event: 'incident_contained',
      tenantId: tenant,
      subject: null,
      details,
    });
    return { ...NOTHING_DONE, containments: [id] };
  }

  /** Contained as well, until it would have ended: an instance that does not hear of the end refuses it, too. */
  private async revokeKey(order: Order<'revoke-key'>): Promise<IncidentReport> {
    const { keyId, reason, by } = order;
    const { rows } = await this.client.query<{ tenant: string; owner: string }>(
      'SELECT tenant_id AS tenant, owner FROM api_keys WHERE id = $1',
      [keyId],
    );
    const [key] = rows;
    if (!key) {
      throw new Error(`there is no API key ${keyId}`);
    }
    const keysRevoked = await this.revoke({ id: keyId });
    const ends = await this.client.query<{ id: string; tenant: string; expiresAt: Date }>(
      'SELECT id, tenant_id AS tenant, expires_at AS "expiresAt" FROM api_keys WHERE id = ANY ($1)',
      [keysRevoked],
    );
    const containments: string[] = [];
    for (const { id, tenant, expiresAt } of ends.rows) {
      containments.push(await this.insert({ kind: 'api_key', tenant, value: id, expiresAt }, order));
    }
    const details = { keyId, keysRevoked, reason, by };
    await writeAuditRow(this.client, {
      event: 'incident_key_revoked',
      tenantId: key.tenant,
      subject: key.owner,
      details,
    });
    return { ...NOTHING_DONE, containments, keysRevoked };
  }

  private async block(order: Order<'block'>): Promise<IncidentReport> {
    const { network, forMinutes, reason, by } = order;
    const { rows } = await this.client.query<{ expiresAt: Date | null }>(
      `SELECT now() + make_interval(mins => $1) AS "expiresAt"`,
      [forMinutes],
    );
    const { expiresAt = null } = rows[0] ?? {};
    const id = await this.insert({ kind: 'address', tenant: null, value: network, expiresAt }, order);
    const details = { containmentId: id, network, expiresAt, reason, by };
    await writeAuditRow(this.client, {
      event: 'incident_address_blocked',
      tenantId: null,
      subject: null,
      details,
    });
    return { ...NOTHING_DONE, containments: [id] };
  }

  private async lift({ containmentId, reason, by }: Order<'lift'>): Promise<IncidentReport> {
    const { rows } = await this.client.query<{ kind: string; tenant: string | null; value: string }>(
      `UPDATE incident.containments SET lifted_at = now()
       WHERE id = $1 AND lifted_at IS NULL AND kind <> 'api_key'
       RETURNING kind, tenant_id AS tenant, value`,
      [containmentId],
    );
    const [lifted] = rows;
    if (!lifted) {
      throw new Error(`nothing is lifted: ${containmentId} is not in force, or a key, which stays revoked`);
    }
    const { kind, tenant, value } = lifted;
    await this.announce(containmentId);
    await writeAuditRow(this.client, {
      event: 'incident_containment_lifted',
      tenantId: tenant,
      subject: kind === 'subject' ? value : null,
      details: { containmentId, kind, value, reason, by },
    });
    return { ...NOTHING_DONE, lifted: 1 };
  }

  private async insert(
    { kind, tenant, value, isPastOnly = false, expiresAt = null }: NewContainment,
    { reason, by }: Pick<IncidentOrder, 'reason' | 'by'>,
  ): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>(
      `INSERT INTO incident.containments (kind, tenant_id, value, not_before, expires_at, reason, created_by)
       VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END, $5, $6, $7) RETURNING id`,
      [kind, tenant, value, isPastOnly, expiresAt, reason, by],
    );
    const id = rows[0]?.id ?? '';
    await this.announce(id);
    return id;
  }

  /** One key or all of somebody, and everything that they have made, and what that has made. */
  private async revoke({ id = null, tenant = null, owner = null }: WhichKeys): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      `WITH RECURSIVE family AS (
         SELECT id, tenant_id FROM api_keys WHERE id = $1 OR (tenant_id = $2 AND owner = $3)
         UNION
         SELECT child.id, child.tenant_id FROM api_keys AS child
         JOIN family ON child.parent_id = family.id AND child.tenant_id = family.tenant_id
       )
       UPDATE api_keys SET revoked_at = now()
       WHERE id IN (SELECT id FROM family) AND revoked_at IS NULL RETURNING id`,
      [id, tenant, owner],
    );
    const ids = rows.map((row) => row.id);
    for (const revoked of ids) {
      await announceWithCommit(this.client, KEY_TOPIC, revoked);
    }
    return ids;
  }

  private announce(id: string): Promise<void> {
    return announceWithCommit(this.client, CONTAINMENT_TOPIC, id);
  }
}
