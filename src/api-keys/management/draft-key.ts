import { ValidationFailure } from '../../validation/boundary/validation-failure.js';
import type { ApiKey } from '../api-key.js';
import type { ApiKeysConfig } from '../api-keys.config.js';
import { newKeyId } from '../secret/api-key-text.js';
import type { KeyCaller } from './key-caller.js';
import type { Privileges } from './privileges.js';

export const DAY_MILLISECONDS = 86_400_000;

/** What a new key is to be. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly isReadOnly: boolean;
  readonly allowedNetworks: readonly string[];
  /** Absent: as long as allowed. */
  readonly expiresInDays: number | undefined;
  readonly ratePlan: string | undefined;
}

export interface DraftContext {
  /** What the caller may give. */
  readonly own: Privileges;
  readonly config: Pick<ApiKeysConfig, 'maxLifetimeDays' | 'defaultRatePlan'>;
  readonly now: Date;
}

/**
 * The key that somebody asks for, without a secret yet. Whether they may have it is not decided here.
 * @throws ValidationFailure for a longer life than any key may have
 */
export function draftKey(caller: KeyCaller, wanted: NewKey, { own, config, now }: DraftContext): ApiKey {
  const { maxLifetimeDays, defaultRatePlan } = config;
  const { expiresInDays = maxLifetimeDays } = wanted;
  if (expiresInDays > maxLifetimeDays) {
    throw invalidBody('expiresInDays', `expiresInDays must not be greater than ${maxLifetimeDays}`);
  }
  const asked = new Date(now.getTime() + expiresInDays * DAY_MILLISECONDS);
  const isShortened = wanted.expiresInDays === undefined && own.expiresAt !== null && own.expiresAt < asked;
  return {
    id: newKeyId(),
    tenantId: caller.principal.tenantId,
    owner: caller.principal.subject,
    parentId: caller.apiKey?.id ?? null,
    name: wanted.name,
    scopes: wanted.scopes,
    isReadOnly: wanted.isReadOnly || own.isReadOnly,
    allowedNetworks: wanted.allowedNetworks,
    ratePlan: wanted.ratePlan ?? own.ratePlan ?? defaultRatePlan,
    lifetimeDays: expiresInDays,
    current: { hash: '', pepper: '' },
    expiresAt: isShortened && own.expiresAt ? own.expiresAt : asked,
    previous: null,
    createdAt: now,
    rotatedAt: null,
    revokedAt: null,
    lastUsedAt: null,
    useCount: 0,
    busiestMinute: 0,
  };
}

export function invalidBody(field: string, message: string): ValidationFailure {
  return new ValidationFailure([{ field, in: 'body', rules: ['isAllowed'], messages: [message] }]);
}
