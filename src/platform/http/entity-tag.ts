/**
 * Entity tags of optimistic locking (RFC 9110 §8.8.3): a strong tag made of the version number.
 * @param variant tells apart what one version looks like to different callers, since a strong
 *   tag promises the same bytes
 */
export function entityTag(version: number, variant?: string): string {
  return variant === undefined ? `"${version}"` : `"${version}-${variant}"`;
}

/** One or more entity tags, or `*`; bounded, since each is compared. */
export const ENTITY_TAG_LIST =
  /^(\*|(W\/)?"[\x21\x23-\x7e]{0,64}"(\s*,\s*(W\/)?"[\x21\x23-\x7e]{0,64}"){0,9})$/;

/**
 * Strong comparison (RFC 9110 §13.1.1): a weak tag never matches, because a write must not be lost.
 * @param current the tags of the current version, one for each variant
 */
export function ifMatchHolds(ifMatch: string, ...current: readonly string[]): boolean {
  return ifMatch === '*' || tagsOf(ifMatch).some((tag) => current.includes(tag));
}

/** Weak comparison (RFC 9110 §13.1.2): true when the client has the current representation. */
export function ifNoneMatchHolds(ifNoneMatch: string, current: string): boolean {
  return ifNoneMatch === '*' || tagsOf(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === current);
}

function tagsOf(list: string): string[] {
  return list.split(',').map((tag) => tag.trim());
}
