import { ApiProperty } from '@nestjs/swagger';
import { IsUUID, Matches, MaxLength } from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsTimestamp } from '../../validation/rules/is-timestamp.decorator.js';
import { IsValueOrNull } from '../../validation/rules/optional.decorator.js';
import type { CustomerStatus } from '../customer.js';
import {
  IsCustomerEmail,
  IsCustomerName,
  IsCustomerNotes,
  IsCustomerPhone,
  IsCustomerStatus,
  IsShownTaxId,
} from '../customer-fields.decorator.js';
import { CURSOR, MAX_CURSOR_LENGTH, MAX_PAGE_SIZE } from './customer-query.dto.js';

/** A customer in a list: without the sensitive fields, which are read one customer at a time. */
export class CustomerSummaryRepresentation {
  @IsUUID()
  readonly id!: string;

  @IsCustomerName()
  readonly givenName!: string;

  @IsCustomerName()
  readonly familyName!: string;

  @IsCustomerEmail()
  readonly email!: string;

  @IsCustomerStatus()
  readonly status!: CustomerStatus;

  @IsTimestamp()
  readonly createdAt!: string;

  @IsTimestamp()
  readonly updatedAt!: string;
}

/** A customer as v2 shows it. */
export class CustomerRepresentation extends CustomerSummaryRepresentation {
  @IsValueOrNull()
  @IsCustomerPhone()
  readonly phone!: string | null;

  /** Masked for whoever lacks the scope to see it. */
  @ApiProperty({ description: 'Masked but for its end, unless the credential has customers:read_sensitive.' })
  @IsValueOrNull()
  @IsShownTaxId()
  readonly taxId!: string | null;

  @IsValueOrNull()
  @IsCustomerNotes()
  readonly notes!: string | null;
}

export class CustomerLookupRepresentation {
  @IsListOf(() => CustomerSummaryRepresentation, { maxSize: MAX_PAGE_SIZE })
  readonly data!: readonly CustomerSummaryRepresentation[];
}

export class CustomerListRepresentation extends CustomerLookupRepresentation {
  /** Of the next page; null on the last one. */
  @ApiProperty({ description: 'For the next page; null on the last one.' })
  @IsValueOrNull()
  @MaxLength(MAX_CURSOR_LENGTH)
  @Matches(CURSOR)
  readonly nextCursor!: string | null;
}
