import { Injectable, Logger } from '@nestjs/common';
import { FieldCipher, type RowPlace } from '../../database/encryption/field-cipher.js';
import { TenantDatabase } from '../../database/tenancy/tenant-database.js';
import type { ObtainedTokens } from '../issuer/issuer-client.js';
import type { Device, Session, SessionSummary } from './session.js';

/** A session that is about to be stored. */
export interface NewSession extends Omit<Session, 'renewals' | 'createdAt'> {
  readonly secretHash: string;
  readonly logInHash: string;
  readonly device: Device;
}

/** Which of a tenant's sessions are meant. */
export interface SessionFilter {
  readonly id?: string;
  readonly subject?: string;
  readonly family?: string;
  /** Only those that were begun before. */
  readonly begunBefore?: Date;
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
  private readonly logger = new Logger(SessionsRepository.name);

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
    return row && this.openIfPossible(row);
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
    return rows.map((row) => ({ ...row, device: this.deviceOf(row.device, { tenantId, rowId: row.id }) }));
  }

  /**
   * Takes the renewal of a session upon oneself: true for exactly one of all who try, on whichever
   * instance, until it is completed, given back, or `leaseSeconds` have passed. By the clock of
   * the database, which all instances share.
   * @returns the lease, or null when somebody else has it
   */
  async claimRenewal({ tenantId, id, renewals }: Session, leaseSeconds: number): Promise<Date | null> {
    const [claimed] = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<{ until: Date }[]>`
        UPDATE browser_sessions SET renewing_until = now() + make_interval(secs => ${leaseSeconds})
        WHERE id = ${id}::uuid AND renewals = ${renewals}
          AND (renewing_until IS NULL OR renewing_until < now())
        RETURNING renewing_until AS until`,
    );
    return claimed?.until ?? null;
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

  /** Nothing happens when the lease has run out and somebody else has one. */
  async giveRenewalBack({ tenantId, id }: Session, lease: Date): Promise<void> {
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.updateMany({
        where: { id, renewingUntil: lease },
        data: { renewingUntil: null },
      }),
    );
  }

  async touch({ tenantId, id }: Session, lastUsedAt: Date, idleExpiresAt: Date): Promise<void> {
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.browserSession.updateMany({ where: { id }, data: { lastUsedAt, idleExpiresAt } }),
    );
  }

  /**
   * Removes the sessions and answers with what they were, in one statement: each is removed once,
   * whoever else tries, with the tokens that it had last.
   */
  async remove(tenantId: string, filter: SessionFilter): Promise<RemovedSession[]> {
    const { id = null, subject = null, family = null, begunBefore = null } = filter;
    const rows = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<{ id: string; subject: string; tokens: string }[]>`
        DELETE FROM browser_sessions
        WHERE tenant_id = ${tenantId}
          AND (${id}::uuid IS NULL OR id = ${id}::uuid)
          AND (${subject}::text IS NULL OR subject = ${subject}::text)
          AND (${family}::text IS NULL OR family = ${family}::text)
          AND (${begunBefore}::timestamptz IS NULL OR created_at < ${begunBefore}::timestamptz)
        RETURNING id, subject, tokens`,
    );
    return rows.map(({ tokens, ...row }) => ({
      ...row,
      openTokens: () => this.openTokens(tokens, { tenantId, rowId: row.id }),
    }));
  }

  /** Removes the expired sessions of all tenants. No condition: the policy is the condition. */
  async purgeExpired(): Promise<number> {
    return this.database.asTenant('', (prisma) => prisma.$executeRaw`DELETE FROM browser_sessions`);
  }

  /** A session whose key is lost is over: its person logs in again, instead of meeting an error for ever. */
  private openIfPossible(row: Row): Session | null {
    try {
      return this.open(row);
    } catch (error) {
      this.logger.error({ sessionId: row.id, err: error }, 'the tokens of a session do not open');
      return null;
    }
  }

  private deviceOf(device: string | null, row: RowPlace): Device | null {
    try {
      const opened = this.cipher.open(device, 'browser_sessions.device', row);
      return opened === null ? null : (JSON.parse(opened) as Device);
    } catch {
      return null;
    }
  }

  private open({ id, tenantId, subject, family, tokens, renewals, ...times }: Row): Session {
    const { createdAt, lastUsedAt, idleExpiresAt, expiresAt } = times;
    return {
      id,
      tenantId,
      subject,
      family,
      tokens: this.openTokens(tokens, { tenantId, rowId: id }),
      renewals,
      createdAt,
      lastUsedAt,
      idleExpiresAt,
      expiresAt,
    };
  }

  private openTokens(tokens: string, row: RowPlace): ObtainedTokens {
    return JSON.parse(this.cipher.open(tokens, 'browser_sessions.tokens', row) ?? '') as ObtainedTokens;
  }
}
