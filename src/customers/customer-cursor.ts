import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../platform/crypto/sealed-token.js';
import type { CustomerStatus, CustomerSummary } from './customer.js';
import { sortField, type CustomerSort } from './customer-sort.js';
import { invalidCursor } from './customers.errors.js';

/** Which list is being paged through. A cursor is good for exactly one. */
export interface CustomerList {
  readonly tenantId: string;
  readonly sort: CustomerSort;
  readonly status: CustomerStatus | undefined;
  readonly search: string | undefined;
}

/** The last customer of a page: the next page begins after it. */
export interface CustomerPosition {
  readonly value: Date | string;
  readonly id: string;
}

/**
 * Page cursors: encrypted, because they hold a name and end up in logs of URLs; authenticated,
 * because otherwise they would be a second, unvalidated way to put values into a query; and
 * bound to tenant, order and filters.
 */
@Injectable()
export class CustomerCursor {
  private readonly key: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.key = derivedKeys.keyFor('customers/page-cursor');
  }

  after(customer: CustomerSummary, list: CustomerList): string {
    return sealToken([customer[sortField(list.sort)], customer.id], contextOf(list), this.key);
  }

  /** @throws AppError for a cursor that this list did not hand out */
  open(cursor: string, list: CustomerList): CustomerPosition {
    const position = openToken(cursor, contextOf(list), this.key) as [value: string, id: string] | undefined;
    if (!position) {
      throw invalidCursor();
    }
    const [value, id] = position;
    return { value: sortField(list.sort) === 'createdAt' ? new Date(value) : value, id };
  }
}

function contextOf({ tenantId, sort, status, search }: CustomerList): unknown {
  return [tenantId, sort, status ?? null, search ?? null];
}
