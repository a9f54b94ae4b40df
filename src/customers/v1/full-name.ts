/** The two names that v1 shows as one. */
export interface Names {
  readonly givenName: string;
  readonly familyName: string;
}

/**
 * Splits at the last space: what follows is the family name, everything before it the given
 * name. Joining gives back exactly what was sent. Null when one of the two would be blank.
 */
export function splitFullName(fullName: string): Names | null {
  const space = fullName.lastIndexOf(' ');
  const givenName = fullName.slice(0, Math.max(space, 0));
  const familyName = fullName.slice(space + 1);
  return /\S/u.test(givenName) && /\S/u.test(familyName) ? { givenName, familyName } : null;
}

export function joinFullName({ givenName, familyName }: Names): string {
  return `${givenName} ${familyName}`;
}
