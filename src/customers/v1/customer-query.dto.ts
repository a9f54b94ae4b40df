import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsWholeNumberText } from '../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { CUSTOMER_STATUSES, type CustomerStatus } from '../customer.js';

export const MAX_PAGE = 1000;
export const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 20;

export class ListCustomersV1Query {
  /** Bounded, because the database walks over every row before the page; v2's cursors do not. */
  @ApiProperty({ description: 'The first one is 1.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE })
  page: number = 1;

  @ApiProperty({ description: 'Customers on a page.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  pageSize: number = DEFAULT_PAGE_SIZE;

  @ApiProperty({ description: 'Only those in this state.' })
  @MayBeAbsent()
  @IsIn(CUSTOMER_STATUSES)
  status?: CustomerStatus;
}
