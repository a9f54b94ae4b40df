import { IsIn, IsISO8601, Matches, MaxLength } from 'class-validator';
import { IsWholeNumberText } from '../../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../../validation/rules/optional.decorator.js';

export const REPORT_FORMATS = ['json', 'csv'] as const;

/** A day such as 2027-01-15, of this century. */
const DAY = /^20\d\d-\d\d-\d\d$/;

const VERSION = /^[A-Za-z0-9._-]{1,32}$/;
const KEY_ID = /^[0-9A-Za-z]{22}$/;

/** As an issuer writes identifiers: printable, without spaces at their ends. */
const IDENTIFIER = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** As long as a position and its encryption make it. */
const CURSOR = /^[A-Za-z0-9_-]{1,300}$/;

export class DeprecatedUsageQuery {
  @MayBeAbsent()
  @Matches(DAY)
  @IsISO8601({ strict: true })
  from?: string;

  @MayBeAbsent()
  @Matches(DAY)
  @IsISO8601({ strict: true })
  to?: string;

  @MayBeAbsent()
  @Matches(VERSION)
  version?: string;

  @MayBeAbsent()
  @Matches(KEY_ID)
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
  @IsWholeNumberText({ min: 1, max: 100 })
  limit: number = 50;

  @MayBeAbsent()
  @Matches(CURSOR)
  cursor?: string;
}
