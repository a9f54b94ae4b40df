import { IsIn, Matches } from 'class-validator';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { IsWholeNumberText } from '../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { CUSTOMER_LIMITS, CUSTOMER_STATUSES, type CustomerStatus } from '../customer.js';
import { IsCustomerTaxId } from '../customer-fields.decorator.js';
import { CUSTOMER_SORTS, type CustomerSort } from '../customer-sort.js';

const DEFAULT_LIMIT = 20;

/** As long as the longest family name and its encryption make it. */
const CURSOR = /^[A-Za-z0-9_-]{1,1024}$/;

/** The index knows text by groups of three characters: a shorter term would have to read every row. */
const MIN_SEARCH_LENGTH = 3;

export class ListCustomersQuery {
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: 100 })
  limit: number = DEFAULT_LIMIT;

  @MayBeAbsent()
  @Matches(CURSOR)
  cursor?: string;

  @MayBeAbsent()
  @IsIn(CUSTOMER_SORTS)
  sort: CustomerSort = 'createdAt';

  @MayBeAbsent()
  @IsIn(CUSTOMER_STATUSES)
  status?: CustomerStatus;

  /** Part of a name or an e-mail address, in any case; no character has a special meaning. */
  @MayBeAbsent()
  @IsText({ minLength: MIN_SEARCH_LENGTH, maxLength: CUSTOMER_LIMITS.search })
  search?: string;
}

export class LookUpCustomersBody {
  @IsCustomerTaxId()
  taxId!: string;
}
