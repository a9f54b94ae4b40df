import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsTimestamp } from '../../validation/rules/is-timestamp.decorator.js';
import { IsValueOrNull } from '../../validation/rules/optional.decorator.js';
import type { CustomerStatus } from '../customer.js';
import {
  IsCustomerEmail,
  IsCustomerNotes,
  IsCustomerPhone,
  IsCustomerStatus,
  IsShownTaxId,
} from '../customer-fields.decorator.js';
import { MAX_PAGE, MAX_PAGE_SIZE } from './customer-query.dto.js';
import { IsFullName } from './is-full-name.decorator.js';

/** A customer in a list: without the sensitive fields, which are read one customer at a time. */
export class CustomerV1Summary {
  @IsUUID()
  readonly id!: string;

  @IsFullName()
  readonly fullName!: string;

  @IsCustomerEmail()
  readonly email!: string;

  @IsCustomerStatus()
  readonly status!: CustomerStatus;

  @IsTimestamp()
  readonly createdAt!: string;

  @IsTimestamp()
  readonly updatedAt!: string;
}

/** A customer as v1 shows it: one name, otherwise like v2. */
export class CustomerV1Representation extends CustomerV1Summary {
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

export class CustomerPageV1Representation {
  @IsListOf(() => CustomerV1Summary, { maxSize: MAX_PAGE_SIZE })
  readonly customers!: readonly CustomerV1Summary[];

  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  readonly page!: number;

  @IsInt()
  @Min(1)
  @Max(MAX_PAGE_SIZE)
  readonly pageSize!: number;

  /** Of all pages together. */
  @ApiProperty({ description: 'Of all pages together.' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly total!: number;
}
