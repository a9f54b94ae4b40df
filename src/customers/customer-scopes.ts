import type { Principal } from '../auth/principal.js';

/** What an access token may be allowed to do with customers. */
export const customerScopes = {
  read: 'customers:read',
  write: 'customers:write',
  readSensitive: 'customers:read_sensitive',
} as const;

const VISIBLE_CHARACTERS = 2;

/** Of a shorter id its end would be too much of it. */
const MIN_LENGTH_WITH_VISIBLE_END = 8;

/** What the entity tag of a masked customer says beside the version. */
export const MASKED = 'masked';

/** The variant that this caller sees; absent for the whole one. */
export function variantFor(caller: Principal): typeof MASKED | undefined {
  return caller.scopes.has(customerScopes.readSensitive) ? undefined : MASKED;
}

/** The tax id as this caller may see it: whole with the scope for it, otherwise all but its end masked. */
export function visibleTaxId(taxId: string | null, caller: Principal): string | null {
  if (taxId === null || variantFor(caller) !== MASKED) {
    return taxId;
  }
  const visible = taxId.length < MIN_LENGTH_WITH_VISIBLE_END ? 0 : VISIBLE_CHARACTERS;
  const hidden = taxId.length - visible;
  return '*'.repeat(hidden) + taxId.slice(hidden);
}
