/** The orders in which customers can be listed; a minus sign means descending. */
export const CUSTOMER_SORTS = ['createdAt', '-createdAt', 'familyName', '-familyName'] as const;

export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

export type SortField = 'createdAt' | 'familyName';

export function sortField(sort: CustomerSort): SortField {
  return sort.endsWith('createdAt') ? 'createdAt' : 'familyName';
}

export function sortDirection(sort: CustomerSort): 'asc' | 'desc' {
  return sort.startsWith('-') ? 'desc' : 'asc';
}
