import type { KeyRing } from '../../platform/crypto/key-ring.js';
import type { ApiKey } from '../api-key.js';
import { isAllowedFrom } from '../networks.js';
import { isSecretOf } from '../secret/key-hash.js';

/** Why a key is refused: for the security event, never for the caller. */
export type KeyRefusal =
  'api_key_malformed' | 'api_key_unknown' | 'api_key_expired' | 'api_key_revoked' | 'api_key_network';

export type KeyVerdict =
  | {
      readonly ok: true;
      /** Until when this very secret is good. */
      readonly expiresAt: Date;
      /** It is the secret before the last rotation. */
      readonly isSuperseded: boolean;
    }
  | { readonly ok: false; readonly reason: KeyRefusal };

export interface Presentation {
  readonly secret: string;
  readonly address: string;
  readonly now: Date;
}

/**
 * Decides about a stored key and the secret that came for it. The secret first: who does not have
 * it learns nothing from the order of the checks, and no event says that a key was used whose id
 * somebody has merely read.
 */
export function judgeKey(key: ApiKey, { secret, address, now }: Presentation, peppers: KeyRing): KeyVerdict {
  const isCurrent = isSecretOf(key.current, key.id, secret, peppers);
  const isPrevious = key.previous !== null && isSecretOf(key.previous, key.id, secret, peppers);
  if (!isCurrent && !isPrevious) {
    return { ok: false, reason: 'api_key_unknown' };
  }
  if (key.revokedAt !== null) {
    return { ok: false, reason: 'api_key_revoked' };
  }
  const expiresAt = isCurrent || key.previous === null ? key.expiresAt : key.previous.expiresAt;
  if (expiresAt <= now) {
    return { ok: false, reason: 'api_key_expired' };
  }
  return isAllowedFrom(address, key.allowedNetworks)
    ? { ok: true, expiresAt, isSuperseded: !isCurrent }
    : { ok: false, reason: 'api_key_network' };
}
