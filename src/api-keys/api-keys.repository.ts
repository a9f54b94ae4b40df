import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../database/tenancy/tenant-database.js';
import type { ApiKey } from './api-key.js';
import type { KeyHash } from './secret/key-hash.js';

/** Whose keys, and which of them. */
export interface KeyFilter {
  readonly owner?: string;
  readonly parentId?: string;
}

/** A position in the list, which goes from the newest to the oldest. */
export interface KeyPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** What a rotation stores: the new secret's hash, and how long the old one lives on. */
export interface Rotation {
  readonly next: KeyHash;
  readonly expiresAt: Date;
  /** Null: the old secret ends now. */
  readonly previousExpiresAt: Date | null;
  readonly now: Date;
}

export type KeyChanges = Partial<Pick<ApiKey, 'name' | 'ratePlan'> & { allowedNetworks: string[] }>;

export type Insertion = 'stored' | 'too_many' | 'parent_over';

export interface Revocation {
  /** The key and everything below it: what nobody may believe in any more. */
  readonly all: readonly string[];
  /** Those that were not revoked before. */
  readonly revoked: readonly string[];
}

/** What is known of a presented key: the key, and from where it was used before. */
export interface KnownKey {
  readonly key: ApiKey;
  /** Those that are stored, and since then those that were seen here. */
  readonly networks: Set<string>;
}

const MAX_KNOWN_NETWORKS = 200;

/** The stored keys; of their secrets there are only hashes here. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Stores a new key, unless its owner has too many, or the key that makes it is over by now: both
   * are looked at under a lock, so that nobody comes in between.
   */
  async insert(key: ApiKey, { maxUsable, now }: { maxUsable: number; now: Date }): Promise<Insertion> {
    const { tenantId, owner, parentId } = key;
    return this.database.inTransaction(tenantId, async () => {
      await this.database.asTenant(
        tenantId,
        (prisma) => prisma.$executeRaw`
          SELECT pg_advisory_xact_lock(hashtextextended(${`api_keys ${tenantId} ${owner}`}, 0))`,
      );
      if (parentId !== null && !(await this.holdParent(tenantId, parentId, now))) {
        return 'parent_over';
      }
      if ((await this.countUsable(tenantId, owner, now)) >= maxUsable) {
        return 'too_many';
      }
      await this.store(key);
      return 'stored';
    });
  }

  /** Whether the key stands; until the transaction ends nobody can revoke it. */
  private async holdParent(tenantId: string, id: string, now: Date): Promise<boolean> {
    const rows = await this.database.asTenant(
      tenantId,
      (prisma) => prisma.$queryRaw<unknown[]>`
        SELECT 1 FROM api_keys WHERE id = ${id} AND revoked_at IS NULL AND expires_at > ${now} FOR SHARE`,
    );
    return rows.length > 0;
  }

  private async store({ current, previous: _none, scopes, allowedNetworks, ...key }: ApiKey): Promise<void> {
    const data = {
      ...key,
      scopes: [...scopes],
      allowedNetworks: [...allowedNetworks],
      secretHash: current.hash,
      pepper: current.pepper,
    };
    await this.database.asTenant(key.tenantId, (prisma) => prisma.apiKey.create({ data }));
  }

  /** By the id that a key says of itself: whose it is, is not known yet. */
  async findPresented(id: string): Promise<KnownKey | null> {
    const row = await this.database.byReference(id, (prisma) => prisma.apiKey.findFirst({ where: { id } }));
    if (!row) {
      return null;
    }
    const networks = await this.database.byReference(id, (prisma) =>
      prisma.apiKeyNetwork.findMany({
        where: { keyId: id },
        orderBy: { lastUsedAt: 'desc' },
        take: MAX_KNOWN_NETWORKS,
        select: { network: true },
      }),
    );
    return { key: keyOf(row), networks: new Set(networks.map(({ network }) => network)) };
  }

  async find(tenantId: string, id: string): Promise<ApiKey | null> {
    const row = await this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.findFirst({ where: { id } }),
    );
    return row && keyOf(row);
  }

  async list(tenantId: string, filter: KeyFilter, limit: number, after?: KeyPosition): Promise<ApiKey[]> {
    const { createdAt, id } = after ?? {};
    const rows = await this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.findMany({
        where: {
          ...filter,
          ...(createdAt && id !== undefined
            ? { createdAt: { lte: createdAt }, NOT: { createdAt, id: { gte: id } } }
            : {}),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      }),
    );
    return rows.map(keyOf);
  }

  private async countUsable(tenantId: string, owner: string, now: Date): Promise<number> {
    return this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.count({ where: { owner, revokedAt: null, expiresAt: { gt: now } } }),
    );
  }

  async change(tenantId: string, id: string, changes: KeyChanges): Promise<void> {
    await this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.updateMany({ where: { id }, data: changes }),
    );
  }

  /**
   * Puts a new secret in the place of the one that `key` was read with, which becomes the previous
   * one; what was the previous one until now is gone.
   * @returns false when the key was rotated or revoked in between
   */
  async rotate({ tenantId, id, current }: ApiKey, rotation: Rotation): Promise<boolean> {
    const { next, expiresAt, previousExpiresAt, now } = rotation;
    const previous = previousExpiresAt
      ? { previousHash: current.hash, previousPepper: current.pepper, previousExpiresAt }
      : { previousHash: null, previousPepper: null, previousExpiresAt: null };
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.updateMany({
        where: { id, secretHash: current.hash, revokedAt: null },
        data: { secretHash: next.hash, pepper: next.pepper, expiresAt, rotatedAt: now, ...previous },
      }),
    );
    return count === 1;
  }

  /** Revokes a key and everything that it has made, and what that has made: all of it or nothing. */
  async revoke(tenantId: string, id: string, now: Date): Promise<Revocation> {
    return this.database.inTransaction(tenantId, async () => {
      const all: string[] = [];
      const revoked: string[] = [];
      for (let generation = [id]; generation.length > 0;) {
        const ids = generation;
        all.push(...ids);
        for (const one of ids) {
          revoked.push(...((await this.revokeOne(tenantId, one, now)) ? [one] : []));
        }
        const children = await this.database.asTenant(tenantId, (prisma) =>
          prisma.apiKey.findMany({ where: { parentId: { in: ids } }, select: { id: true } }),
        );
        generation = children.map((child) => child.id).filter((child) => !all.includes(child));
      }
      return { all, revoked };
    });
  }

  private async revokeOne(tenantId: string, id: string, now: Date): Promise<boolean> {
    const { count } = await this.database.asTenant(tenantId, (prisma) =>
      prisma.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } }),
    );
    return count === 1;
  }
}

type Row = Omit<ApiKey, 'current' | 'previous' | 'useCount'> & {
  readonly secretHash: string;
  readonly pepper: string;
  readonly previousHash: string | null;
  readonly previousPepper: string | null;
  readonly previousExpiresAt: Date | null;
  readonly useCount: bigint;
};

function keyOf({
  secretHash,
  pepper,
  previousHash,
  previousPepper,
  previousExpiresAt,
  useCount,
  ...key
}: Row): ApiKey {
  return {
    ...key,
    useCount: Number(useCount),
    current: { hash: secretHash, pepper },
    previous:
      previousHash !== null && previousPepper !== null && previousExpiresAt !== null
        ? { hash: previousHash, pepper: previousPepper, expiresAt: previousExpiresAt }
        : null,
  };
}
