import { IsIn, IsInt, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsDay } from '../../../validation/rules/is-day.decorator.js';
import { IsListOf } from '../../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../../validation/rules/is-text.decorator.js';
import { IsTimestamp } from '../../../validation/rules/is-timestamp.decorator.js';
import { IsValueOrNull } from '../../../validation/rules/optional.decorator.js';
import { IsUsageCursor, IsUsedKeyId, IsUsedVersion, MAX_PAGE_SIZE } from './deprecated-usage.dto.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How often one caller called one route on one day. */
export class DeprecatedUseRepresentation {
  /** In UTC. */
  @IsDay()
  readonly day!: string;

  /** Null for a route that belongs to no version. */
  @IsValueOrNull()
  @IsUsedVersion()
  readonly version!: string | null;

  @IsIn(METHODS)
  readonly method!: string;

  /** The template, such as `/v1/customers/:id`. */
  @MaxLength(500)
  @Matches(/^\/[\x21-\x7e]*$/)
  readonly route!: string;

  /** The API key that was used, if it was one. */
  @IsValueOrNull()
  @IsUsedKeyId()
  readonly keyId!: string | null;

  /** The OAuth client that acted, as far as the token says. */
  @IsValueOrNull()
  @IsText({ maxLength: 255 })
  readonly clientId!: string | null;

  @IsText({ maxLength: 255 })
  readonly subject!: string;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly count!: number;

  @IsTimestamp()
  readonly lastSeenAt!: string;
}

/** One page of the report, newest day first. */
export class DeprecatedUsagePage {
  @IsListOf(() => DeprecatedUseRepresentation, { maxSize: MAX_PAGE_SIZE })
  readonly data!: readonly DeprecatedUseRepresentation[];

  /** Where the next page begins; null on the last one. */
  @IsValueOrNull()
  @IsUsageCursor()
  readonly nextCursor!: string | null;
}
