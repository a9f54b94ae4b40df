import type { Principal } from '../../auth/principal.js';
import type { Customer, CustomerSummary } from '../customer.js';
import { visibleTaxId } from '../customer-scopes.js';
import { joinFullName } from './full-name.js';

/** A customer in a list of v1: without the sensitive fields, which are read one customer at a time. */
export function summarizeCustomerV1(customer: CustomerSummary) {
  return {
    id: customer.id,
    fullName: joinFullName(customer),
    email: customer.email,
    status: customer.status,
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

/** A customer as v1 shows it: one name, otherwise like v2. */
export function representCustomerV1(customer: Customer, caller: Principal) {
  return {
    id: customer.id,
    fullName: joinFullName(customer),
    email: customer.email,
    phone: customer.phone,
    taxId: visibleTaxId(customer.taxId, caller),
    status: customer.status,
    notes: customer.notes,
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

export type CustomerV1Representation = ReturnType<typeof representCustomerV1>;

export interface CustomerPageV1Representation {
  readonly customers: ReturnType<typeof summarizeCustomerV1>[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
}
