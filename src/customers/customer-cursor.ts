import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/crypto/keyring.js';
import { openToken, signToken } from '../platform/crypto/signed-token.js';
import { AppError } from '../platform/errors/app-error.js';
import type { Customer, CustomerStatus } from './customer.js';
import { sortField, type CustomerSort } from './customer-sort.js';
import { customersErrors } from './customers.errors.js';

/** Which list is being paged through. A cursor is good for exactly one. */
export interface CustomerList {
  readonly tenantId: string;
  readonly sort: CustomerSort;
  readonly status: CustomerStatus | undefined;
}

/** The last customer of a page: the next page begins after it. */
export interface CustomerPosition {
  readonly value: Date | string;
  readonly id: string;
}

type Packed = [tenantId: string, sort: string, status: string, value: string, id: string];

/**
 * Page cursors: opaque, signed, and bound to tenant, order and filter. An unsigned cursor
 * would be a second, unvalidated way to put values into a query.
 */
@Injectable()
export class CustomerCursor {
  private readonly key: Buffer;

  constructor(keyring: Keyring) {
    this.key = keyring.keyFor('customers/page-cursor');
  }

  after(customer: Customer, list: CustomerList): string {
    const value = customer[sortField(list.sort)];
    const text = value instanceof Date ? value.toISOString() : value;
    return signToken(
      [list.tenantId, list.sort, list.status ?? '', text, customer.id] satisfies Packed,
      this.key,
    );
  }

  /** @throws AppError for a cursor that this list did not hand out */
  open(cursor: string, list: CustomerList): CustomerPosition {
    const packed = openToken(cursor, this.key) as Packed | undefined;
    const [tenantId, sort, status, value, id] = packed ?? [];
    if (tenantId !== list.tenantId || sort !== list.sort || status !== (list.status ?? '') || !value || !id) {
      throw new AppError(customersErrors.invalidCursor);
    }
    return { value: sortField(list.sort) === 'createdAt' ? new Date(value) : value, id };
  }
}
