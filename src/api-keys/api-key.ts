import type { KeyHash } from './secret/key-hash.js';

/** The secret before the last rotation, while its grace period lasts. */
export interface PreviousSecret extends KeyHash {
  readonly expiresAt: Date;
}

/** A key as it is stored: everything but its secret. */
export interface ApiKey {
  readonly id: string;
  readonly tenantId: string;
  /** The subject for whom it acts. */
  readonly owner: string;
  /** The key that made it. */
  readonly parentId: string | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly isReadOnly: boolean;
  /** CIDR blocks; empty means from anywhere. */
  readonly allowedNetworks: readonly string[];
  readonly ratePlan: string;
  readonly lifetimeDays: number;
  readonly current: KeyHash;
  readonly expiresAt: Date;
  readonly previous: PreviousSecret | null;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly useCount: number;
  /** The most uses in one minute that any instance has seen. */
  readonly busiestMinute: number;
}

/** Over is a key that nobody can use any more, with whichever secret. */
export function isOver({ revokedAt, expiresAt }: ApiKey, now: Date): boolean {
  return revokedAt !== null || expiresAt <= now;
}
