import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, ArrayMaxSize, IsIn, IsInt, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsListOf } from '../../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../../validation/rules/is-text.decorator.js';
import { IsTimestamp } from '../../../validation/rules/is-timestamp.decorator.js';
import { IsWholeNumberText } from '../../../validation/rules/is-whole-number-text.decorator.js';
import { IsValueOrNull, MayBeAbsent } from '../../../validation/rules/optional.decorator.js';
import { SEVERITIES, type AlertSeverity } from '../alert.js';

const MAX_PAGE_SIZE = 100;
const MAX_EVENTS = 20;

const IsRuleName = (): PropertyDecorator => applyDecorators(MaxLength(64), Matches(/^[a-z]+(-[a-z]+)*$/));
const IsAlertCursor = (): PropertyDecorator => applyDecorators(MaxLength(300), Matches(/^[A-Za-z0-9_-]+$/));

export class ListAlertsQuery {
  @ApiProperty({ description: 'Of this rule only, such as credential-stuffing.' })
  @MayBeAbsent()
  @IsRuleName()
  rule?: string;

  @ApiProperty({ description: 'Of this severity only.' })
  @MayBeAbsent()
  @IsIn(SEVERITIES)
  severity?: AlertSeverity;

  @ApiProperty({ description: 'Alerts in one answer, at most.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit = 50;

  @ApiProperty({ description: 'The nextCursor of the page before.' })
  @MayBeAbsent()
  @IsAlertCursor()
  cursor?: string;
}

/** What somebody should have looked at. */
export class AlertRepresentation {
  @IsUUID()
  readonly id!: string;

  /** Also the name of its runbook. */
  @IsRuleName()
  readonly rule!: string;

  @IsIn(SEVERITIES)
  readonly severity!: AlertSeverity;

  /** A subject, an API key, an address, or the service as a whole. */
  @IsText({ maxLength: 400 })
  readonly about!: string;

  /** So many were seen within the window. */
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  readonly count!: number;

  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  readonly windowSeconds!: number;

  /** Security events behind it, as the log and the audit trail name them. */
  @IsArray()
  @ArrayMaxSize(MAX_EVENTS)
  @IsUUID(undefined, { each: true })
  readonly eventIds!: readonly string[];

  @IsTimestamp()
  readonly raisedAt!: string;
}

/** One page of alerts, the newest first. */
export class AlertPage {
  @IsListOf(() => AlertRepresentation, { maxSize: MAX_PAGE_SIZE })
  readonly data!: readonly AlertRepresentation[];

  /** Where the next page begins; null on the last one. */
  @IsValueOrNull()
  @IsAlertCursor()
  readonly nextCursor!: string | null;
}
