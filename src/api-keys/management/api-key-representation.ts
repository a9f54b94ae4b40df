import type { ApiKey } from '../api-key.js';
import type { IssuedKey } from './api-keys.service.js';
import type { ApiKeyRepresentation, IssuedApiKeyRepresentation } from './api-key-representation.dto.js';

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
  return Object.assign({ key: text }, representKey(key, now));
}
