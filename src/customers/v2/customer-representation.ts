import type { Principal } from '../../auth/principal.js';
import type { Customer, CustomerSummary } from '../customer.js';
import { visibleTaxId } from '../customer-scopes.js';
import type { CustomerSummaryRepresentation, CustomerRepresentation } from './customer-representation.dto.js';

export function summarizeCustomer(customer: CustomerSummary): CustomerSummaryRepresentation {
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

/** Named field by field, so that a new column stays inside. */
export function representCustomer(customer: Customer, caller: Principal): CustomerRepresentation {
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
