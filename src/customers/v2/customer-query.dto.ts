import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { IsWholeNumberText } from '../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { CUSTOMER_LIMITS, CUSTOMER_STATUSES, type CustomerStatus } from '../customer.js';
import { IsCustomerTaxId } from '../customer-fields.decorator.js';
import { CUSTOMER_SORTS, type CustomerSort } from '../customer-sort.js';

export const MAX_PAGE_SIZE = 100;
const DEFAULT_LIMIT = 20;

/** As long as the longest family name and its encryption make it. */
export const MAX_CURSOR_LENGTH = 1024;
export const CURSOR = /^[A-Za-z0-9_-]+$/;

/** The index knows text by groups of three characters: a shorter term would have to read every row. */
const MIN_SEARCH_LENGTH = 3;

export class ListCustomersQuery {
  @ApiProperty({ description: 'Customers in one answer, at most.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit: number = DEFAULT_LIMIT;

  @ApiProperty({ description: 'The nextCursor of the answer before, with the same filter and order.' })
  @MayBeAbsent()
  @MaxLength(MAX_CURSOR_LENGTH)
  @Matches(CURSOR)
  cursor?: string;

  @ApiProperty({ description: 'The order; a minus sign means descending.' })
  @MayBeAbsent()
  @IsIn(CUSTOMER_SORTS)
  sort: CustomerSort = 'createdAt';

  @ApiProperty({ description: 'Only those in this state.' })
  @MayBeAbsent()
  @IsIn(CUSTOMER_STATUSES)
  status?: CustomerStatus;

  /** Part of a name or an e-mail address, in any case; no character has a special meaning. */
  @ApiProperty({
    description: 'Part of a name or an e-mail address, in any case; no character has a special meaning.',
  })
  @MayBeAbsent()
  @IsText({ minLength: MIN_SEARCH_LENGTH, maxLength: CUSTOMER_LIMITS.search })
  search?: string;
}

export class LookUpCustomersBody {
  @ApiProperty({ description: 'The whole one, as it was stored.' })
  @IsCustomerTaxId()
  taxId!: string;
}
