import { IsIn, Matches } from 'class-validator';
import { IsWholeNumberText } from '../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { CUSTOMER_STATUSES, type CustomerStatus } from '../customer.js';
import { CUSTOMER_SORTS, type CustomerSort } from '../customer-sort.js';

const DEFAULT_LIMIT = 20;

export class ListCustomersQuery {
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: 100 })
  limit: number = DEFAULT_LIMIT;

  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9_-]{1,1024}$/)
  cursor?: string;

  @MayBeAbsent()
  @IsIn(CUSTOMER_SORTS)
  sort: CustomerSort = 'createdAt';

  @MayBeAbsent()
  @IsIn(CUSTOMER_STATUSES)
  status?: CustomerStatus;
}
