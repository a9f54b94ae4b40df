/** Entity tags of optimistic locking (RFC 9110 §8.8.3): a strong tag made of the version number. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** One or more entity tags, or `*`; bounded, since each is compared. */
export const ENTITY_TAG_LIST =
  /^(\*|(W\/)?"[\x21\x23-\x7e]{0,64}"(\s*,\s*(W\/)?"[\x21\x23-\x7e]{0,64}"){0,9})$/;

/** Strong comparison (RFC 9110 §13.1.1): a weak tag never matches, because a write must not be lost. */
export function ifMatchHolds(ifMatch: string, current: string): boolean {
  return ifMatch === '*' || tagsOf(ifMatch).includes(current);
}

/** Weak comparison (RFC 9110 §13.1.2): true when the client has the current representation. */
export function ifNoneMatchHolds(ifNoneMatch: string, current: string): boolean {
  return ifNoneMatch === '*' || tagsOf(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === current);
}

function tagsOf(list: string): string[] {
  return list.split(',').map((tag) => tag.trim());
}
