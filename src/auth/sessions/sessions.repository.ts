import { Injectable } from '@nestjs/common';
import { FieldCipher, type RowPlace } from '../../database/encryption/field-cipher.js';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { ObtainedTokens } from '../issuer/issuer-client.js';
import type { Device, Session, SessionSummary } from './session.js';

/** A session that is about to be stored. */
export interface NewSession extends Omit<Session, 'renewals'> {
  readonly secretHash: string;
  readonly logInHash: string;
  readonly device: Device;
}

/** Which of a tenant's sessions are meant. */
export interface SessionFilter {
  readonly id?: string;
  readonly subject?: string;
  readonly family?: string;
  readonly exceptId?: string;
}

/** A session that is gone. Its tokens are opened on demand: ending must not fail for a key that is lost. */
export interface RemovedSession {
  readonly id: string;
  readonly subject: string;
  readonly openTokens: () => ObtainedTokens;
}

type Row = Omit<Session, 'tokens'> & { readonly tokens: string };
type SummaryRow = Omit<SessionSummary, 'device'> & { readonly device: string | null };

const MAX_LISTED = 100;

const SUMMARY = {
  id: true,
  subject: true,
  device: true,
  createdAt: true,
  lastUsedAt: true,
  idleExpiresAt: true,
  expiresAt: true,
} as const;

/** The stored sessions. The secret of a browser is not among what is stored, and tokens only sealed. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly cipher: FieldCipher,
  ) {}

  async insert({ tokens, device, ...session }: NewSession): Promise<void> {
    const { tenantId, id } = session;
    const row = { tenantId, rowId: id };
    const data = {
      ...session,
      createdAt: session.lastUsedAt,
      tokens: this.cipher.seal(JSON.stringify(tokens), 'browser_sessions.tokens', row) ?? '',
      device: this.cipher.seal(JSON.stringify(device), 'browser_sessions.device', row),
    };
    await this.database.asTenant(tenantId, (prisma) => prisma.browserSession.create({ data }));
  }

  async findBySecretHash(secretHash: string): Promise<Session | null> {
    const row = await this.database.byReference(secretHash, (prisma) =>
      prisma.browserSession.findFirst({ where: { secretHash } }),
    );
    return row && this.open(row);
  }

  async find(tenantId: string, id: string): Promise<Session | null> {
    const row = await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.findFirst({ where: { id } }),
    );
    return row && this.open(row);
  }

  async list(tenantId: string, filter: Pick<SessionFilter, 'subject'>, now: Date): Promise<SessionSummary[]> {
    const rows: SummaryRow[] = await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.findMany({
        where: { ...filter, expiresAt: { gt: now }, idleExpiresAt: { gt: now } },
        orderBy: { createdAt: 'desc' },
        take: MAX_LISTED,
        select: SUMMARY,
      }),
    );
    return rows.map((row) => {
      const device = this.cipher.open(row.device, 'browser_sessions.device', { tenantId, rowId: row.id });
      return { ...row, device: device === null ? null : (JSON.parse(device) as Device) };
    });
  }

  /**
   * Takes the renewal of a session upon oneself: true for exactly one of all who try, on whichever
   * instance, until it is completed, given back, or `leaseSeconds` have passed. By the clock of
   * the database, which all instances share.
   */
  async claimRenewal({ tenantId, id, renewals }: Session, leaseSeconds: number): Promise<boolean> {
    const count = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$executeRaw`
        UPDATE browser_sessions SET renewing_until = now() + make_interval(secs => ${leaseSeconds})
        WHERE id = ${id}::uuid AND renewals = ${renewals}
          AND (renewing_until IS NULL OR renewing_until < now())`,
    );
    return count === 1;
  }

  /** @returns false when the session has ended meanwhile */
  async completeRenewal({ tenantId, id, renewals }: Session, tokens: ObtainedTokens): Promise<boolean> {
    const sealed = this.cipher.seal(JSON.stringify(tokens), 'browser_sessions.tokens', {
      tenantId,
      rowId: id,
    });
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.updateMany({
        where: { id, renewals },
        data: { tokens: sealed ?? '', renewals: renewals + 1, renewingUntil: null },
      }),
    );
    return count === 1;
  }

  async giveRenewalBack({ tenantId, id, renewals }: Session): Promise<void> {
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.updateMany({ where: { id, renewals }, data: { renewingUntil: null } }),
    );
  }

  async touch({ tenantId, id }: Session, lastUsedAt: Date, idleExpiresAt: Date): Promise<void> {
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.updateMany({ where: { id }, data: { lastUsedAt, idleExpiresAt } }),
    );
  }

  /** Removes the sessions and answers with what they were; each is removed once, whoever else tries. */
  async remove(tenantId: string, filter: SessionFilter): Promise<RemovedSession[]> {
    const { exceptId, ...where } = filter;
    const others = exceptId === undefined ? {} : { NOT: { id: exceptId } };
    const found = await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.findMany({ where: { ...where, ...others } }),
    );
    const removed: RemovedSession[] = [];
    for (const { id, subject, tokens } of found) {
      const { count } = await this.database.asTenant(tenantId, (prisma) =>
        prisma.browserSession.deleteMany({ where: { id } }),
      );
      if (count === 1) {
        removed.push({ id, subject, openTokens: () => this.openTokens(tokens, { tenantId, rowId: id }) });
      }
    }
    return removed;
  }

  /** Removes the expired sessions of all tenants. No condition: the policy is the condition. */
  async purgeExpired(): Promise<number> {
    return this.database.asTenant('', (prisma) => prisma.$executeRaw`DELETE FROM browser_sessions`);
  }

  private open({ id, tenantId, subject, family, tokens, renewals, ...times }: Row): Session {
    const { lastUsedAt, idleExpiresAt, expiresAt } = times;
    return {
      id,
      tenantId,
      subject,
      family,
      tokens: this.openTokens(tokens, { tenantId, rowId: id }),
      renewals,
      lastUsedAt,
      idleExpiresAt,
      expiresAt,
    };
  }

  private openTokens(tokens: string, row: RowPlace): ObtainedTokens {
    return JSON.parse(this.cipher.open(tokens, 'browser_sessions.tokens', row) ?? '') as ObtainedTokens;
  }
}
