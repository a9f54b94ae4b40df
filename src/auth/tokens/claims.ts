export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim of that name. A name with dots is first looked up as it stands, because some
 * issuers use URLs as names, and then as a path (`realm_access.roles`).
 */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) {
    return claims[name];
  }
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Claims)[step];
  }
  return value;
}

/** The words of a claim that is a list or a string with spaces; anything else has none. */
export function wordsOf(claim: unknown): ReadonlySet<string> {
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(words.filter((word): word is string => typeof word === 'string' && word !== ''));
}

/** A string that identifies somebody: not empty, bounded, printable. */
export function identifierOf(claim: unknown, maxLength: number): string | null {
  const isIdentifier =
    typeof claim === 'string' &&
    claim.length <= maxLength &&
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(claim);
  return isIdentifier ? claim : null;
}
