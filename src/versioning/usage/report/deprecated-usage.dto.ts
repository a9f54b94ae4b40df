import { applyDecorators } from '@nestjs/common';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IsDay } from '../../../validation/rules/is-day.decorator.js';
import { IsWholeNumberText } from '../../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../../validation/rules/optional.decorator.js';

export const REPORT_FORMATS = ['json', 'csv'] as const;

export const MAX_PAGE_SIZE = 100;

/** As an issuer writes identifiers: printable, without spaces at their ends. */
const IDENTIFIER = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/*
 * What each field may contain, said once for the filter and for the answer.
 */

export const IsUsedVersion = (): PropertyDecorator =>
  applyDecorators(MaxLength(32), Matches(/^[A-Za-z0-9._-]+$/));

export const IsUsedKeyId = (): PropertyDecorator =>
  applyDecorators(MaxLength(22), Matches(/^[0-9A-Za-z]{22}$/));

/** As long as a position and its encryption make it. */
export const IsUsageCursor = (): PropertyDecorator =>
  applyDecorators(MaxLength(300), Matches(/^[A-Za-z0-9_-]+$/));

export class DeprecatedUsageQuery {
  @MayBeAbsent()
  @IsDay()
  from?: string;

  @MayBeAbsent()
  @IsDay()
  to?: string;

  @MayBeAbsent()
  @IsUsedVersion()
  version?: string;

  @MayBeAbsent()
  @IsUsedKeyId()
  keyId?: string;

  @MayBeAbsent()
  @MaxLength(255)
  @Matches(IDENTIFIER)
  clientId?: string;

  @MayBeAbsent()
  @MaxLength(255)
  @Matches(IDENTIFIER)
  subject?: string;

  /** CSV is the whole list, whatever `limit` and `cursor` say. */
  @MayBeAbsent()
  @IsIn(REPORT_FORMATS)
  format: (typeof REPORT_FORMATS)[number] = 'json';

  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit: number = 50;

  @MayBeAbsent()
  @IsUsageCursor()
  cursor?: string;
}
