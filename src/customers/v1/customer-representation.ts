import type { Principal } from '../../auth/principal.js';
import type { Customer, CustomerSummary } from '../customer.js';
import { visibleTaxId } from '../customer-scopes.js';
import { joinFullName } from './full-name.js';
import type { CustomerV1Summary, CustomerV1Representation } from './customer-representation.dto.js';

export function summarizeCustomerV1(customer: CustomerSummary): CustomerV1Summary {
  return {
    id: customer.id,
    fullName: joinFullName(customer),
    email: customer.email,
    status: customer.status,
    createdAt: customer.createdAt.toISOString(),
    updatedAt: customer.updatedAt.toISOString(),
  };
}

export function representCustomerV1(customer: Customer, caller: Principal): CustomerV1Representation {
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
