import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IsDay } from '../../../validation/rules/is-day.decorator.js';
import { IsWholeNumberText } from '../../../validation/rules/is-whole-number-text.decorator.js';
import { VERSION_NAMES, type VersionName } from '../../api-versions.js';
import { MayBeAbsent } from '../../../validation/rules/optional.decorator.js';

const REPORT_FORMATS = ['json', 'csv'] as const;

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
  @ApiProperty({ description: 'The first day (UTC).' })
  @MayBeAbsent()
  @IsDay()
  from?: string;

  @ApiProperty({ description: 'The last day (UTC).' })
  @MayBeAbsent()
  @IsDay()
  to?: string;

  @ApiProperty({ description: 'Such as 1.' })
  @MayBeAbsent()
  @IsIn(VERSION_NAMES)
  version?: VersionName;

  @ApiProperty({ description: 'Of an API key.' })
  @MayBeAbsent()
  @IsUsedKeyId()
  keyId?: string;

  @ApiProperty({ description: 'Of an OAuth client.' })
  @MayBeAbsent()
  @MaxLength(255)
  @Matches(IDENTIFIER)
  clientId?: string;

  @ApiProperty({ description: 'Of a person or program, as the issuer writes it.' })
  @MayBeAbsent()
  @MaxLength(255)
  @Matches(IDENTIFIER)
  subject?: string;

  /** CSV is the whole list, whatever `limit` and `cursor` say. */
  @ApiProperty({ description: 'csv is the whole list in one file, whatever limit and cursor say.' })
  @MayBeAbsent()
  @IsIn(REPORT_FORMATS)
  format: (typeof REPORT_FORMATS)[number] = 'json';

  @ApiProperty({ description: 'Rows in one answer, at most.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit: number = 50;

  @ApiProperty({ description: 'The nextCursor of the answer before.' })
  @MayBeAbsent()
  @IsUsageCursor()
  cursor?: string;
}
