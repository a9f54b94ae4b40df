import type { Principal } from '../../auth/principal.js';
import type { Customer, CustomerSummary } from '../customer.js';
import { visibleTaxId } from '../customer-scopes.js';

/** A customer in a list of v2: without the sensitive fields, which are read one customer at a time. */
export function summarizeCustomer(customer: CustomerSummary) {
  return {
    id: customer.id,
    givenName: customer.givenName,
    familyName: customer.familyName,
    email: customer.email,
    status: customer.status,
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

/** A customer as v2 shows it: named field by field, so that a new column stays inside. */
export function representCustomer(customer: Customer, caller: Principal) {
  return {
    id: customer.id,
    givenName: customer.givenName,
    familyName: customer.familyName,
    email: customer.email,
    phone: customer.phone,
    taxId: visibleTaxId(customer.taxId, caller),
    status: customer.status,
    notes: customer.notes,
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

export type CustomerRepresentation = ReturnType<typeof representCustomer>;

export interface CustomerListRepresentation {
  readonly data: ReturnType<typeof summarizeCustomer>[];
  readonly nextCursor: string | null;
}

export type CustomerLookupRepresentation = Pick<CustomerListRepresentation, 'data'>;
