import { Injectable } from '@nestjs/common';
import { FieldCipher, type RowPlace } from '../database/encryption/field-cipher.js';
import type { Customer, CustomerContent } from './customer.js';

/** A customer as it is stored: its sensitive fields sealed. */
export type StoredCustomer = Customer & { readonly tenantId: string };

/** Between a customer and its row: seals the sensitive fields on the way in and opens them on the way out. */
@Injectable()
export class CustomerSeal {
  constructor(private readonly cipher: FieldCipher) {}

  /** What is stored for the sensitive ones of `content`. The others are not its business. */
  close({ phone, taxId, notes }: Partial<CustomerContent>, row: RowPlace) {
    return {
      ...(phone !== undefined && { phone: this.cipher.seal(phone, 'customers.phone', row) }),
      ...(taxId !== undefined && {
        taxId: this.cipher.seal(taxId, 'customers.tax_id', row),
        taxIdIndex: this.cipher.index(taxId, 'customers.tax_id', row.tenantId),
      }),
      ...(notes !== undefined && { notes: this.cipher.seal(notes, 'customers.notes', row) }),
    };
  }

  /** @throws Error when a field was not sealed for this row */
  open({ tenantId, ...stored }: StoredCustomer): Customer {
    const row = { tenantId, rowId: stored.id };
    return {
      ...stored,
      phone: this.cipher.open(stored.phone, 'customers.phone', row),
      taxId: this.cipher.open(stored.taxId, 'customers.tax_id', row),
      notes: this.cipher.open(stored.notes, 'customers.notes', row),
    };
  }

  /** What may be stored beside an equal tax id, however it is spelt. */
  taxIdIndexes(taxId: string, tenantId: string): string[] {
    return this.cipher.indexes(taxId, 'customers.tax_id', tenantId);
  }
}
