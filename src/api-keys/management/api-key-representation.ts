import type { ApiKey } from '../api-key.js';
import type { IssuedKey } from './api-keys.service.js';

/** A key as a list shows it; the secret is not among what is known of it. */
export interface ApiKeyRepresentation {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly status: 'active' | 'expired' | 'revoked';
  readonly scopes: readonly string[];
  readonly readOnly: boolean;
  readonly allowedNetworks: readonly string[];
  readonly ratePlan: string;
  readonly createdAt: string;
  readonly createdByKey: string | null;
  readonly expiresAt: string;
  readonly rotatedAt: string | null;
  /** Until then the secret before the last rotation is good, too. */
  readonly previousSecretExpiresAt: string | null;
  readonly revokedAt: string | null;
  /** Gathered, and a few seconds late. */
  readonly lastUsedAt: string | null;
  readonly useCount: number;
}

export interface IssuedApiKeyRepresentation extends ApiKeyRepresentation {
  /** The whole key, shown this once. */
  readonly key: string;
}

export function representKey(key: ApiKey, now: Date): ApiKeyRepresentation {
  const { previous, revokedAt, expiresAt } = key;
  const ageStatus = expiresAt <= now ? 'expired' : 'active';
  return {
    id: key.id,
    name: key.name,
    owner: key.owner,
    status: revokedAt === null ? ageStatus : 'revoked',
    scopes: key.scopes,
    readOnly: key.isReadOnly,
    allowedNetworks: key.allowedNetworks,
    ratePlan: key.ratePlan,
    createdAt: key.createdAt.toISOString(),
    createdByKey: key.parentId,
    expiresAt: expiresAt.toISOString(),
    rotatedAt: key.rotatedAt?.toISOString() ?? null,
    previousSecretExpiresAt: previous && previous.expiresAt > now ? previous.expiresAt.toISOString() : null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    useCount: key.useCount,
  };
}

export function representIssuedKey({ key, text }: IssuedKey, now: Date): IssuedApiKeyRepresentation {
  return { key: text, ...representKey(key, now) };
}
