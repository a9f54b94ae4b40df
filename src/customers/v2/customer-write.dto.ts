import { MayBeAbsent, MayBeNull } from '../../validation/rules/optional.decorator.js';
import type { CustomerStatus } from '../customer.js';
import {
  IsCustomerEmail,
  IsCustomerName,
  IsCustomerNotes,
  IsCustomerPhone,
  IsCustomerStatus,
  IsCustomerTaxId,
} from '../customer-fields.decorator.js';

export class CreateCustomerBody {
  @IsCustomerName()
  givenName!: string;

  @IsCustomerName()
  familyName!: string;

  @IsCustomerEmail()
  email!: string;

  @MayBeNull()
  @IsCustomerPhone()
  phone?: string | null;

  @MayBeNull()
  @IsCustomerTaxId()
  taxId?: string | null;

  @MayBeAbsent()
  @IsCustomerStatus()
  status?: CustomerStatus;

  @MayBeNull()
  @IsCustomerNotes()
  notes?: string | null;
}

/** What is left out stays as it is; null clears a field that may be empty. */
export class UpdateCustomerBody {
  @MayBeAbsent()
  @IsCustomerName()
  givenName?: string;

  @MayBeAbsent()
  @IsCustomerName()
  familyName?: string;

  @MayBeAbsent()
  @IsCustomerEmail()
  email?: string;

  @MayBeNull()
  @IsCustomerPhone()
  phone?: string | null;

  @MayBeNull()
  @IsCustomerTaxId()
  taxId?: string | null;

  @MayBeAbsent()
  @IsCustomerStatus()
  status?: CustomerStatus;

  @MayBeNull()
  @IsCustomerNotes()
  notes?: string | null;
}
