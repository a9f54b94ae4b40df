import { MayBeAbsent, MayBeNull } from '../../validation/rules/optional.decorator.js';
import type { CustomerStatus } from '../customer.js';
import {
  IsCustomerEmail,
  IsCustomerNotes,
  IsCustomerPhone,
  IsCustomerStatus,
  IsCustomerTaxId,
} from '../customer-fields.decorator.js';
import { IsFullName } from './is-full-name.decorator.js';

export class CreateCustomerV1Body {
  @IsFullName()
  fullName!: string;

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
export class UpdateCustomerV1Body {
  @MayBeAbsent()
  @IsFullName()
  fullName?: string;

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
