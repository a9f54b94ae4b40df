import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches, MaxLength } from 'class-validator';
import { IsListOf } from '../../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../../validation/rules/is-text.decorator.js';
import { IsTimestamp } from '../../../validation/rules/is-timestamp.decorator.js';
import { IsWholeNumberText } from '../../../validation/rules/is-whole-number-text.decorator.js';
import { IsValueOrNull, MayBeAbsent } from '../../../validation/rules/optional.decorator.js';

const MAX_PAGE_SIZE = 100;

const SOURCES = ['application', 'database'] as const;
const OUTCOMES = ['success', 'failure'] as const;

const IsEventName = (): PropertyDecorator => applyDecorators(MaxLength(64), Matches(/^[a-z_]+$/));
const IsAuditCursor = (): PropertyDecorator => applyDecorators(MaxLength(300), Matches(/^[A-Za-z0-9_-]+$/));
/** As an issuer writes identifiers: printable, without spaces at their ends. */
const IsIdentifier = (): PropertyDecorator =>
  applyDecorators(MaxLength(255), Matches(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/));

export class ListAuditEventsQuery {
  @ApiProperty({ description: 'Of this name only, such as authn_login_fail or data_change.' })
  @MayBeAbsent()
  @IsEventName()
  event?: string;

  @ApiProperty({ description: 'Of this subject only.' })
  @MayBeAbsent()
  @IsIdentifier()
  subject?: string;

  @ApiProperty({ description: 'Of this API key or token only.' })
  @MayBeAbsent()
  @IsIdentifier()
  credentialId?: string;

  @ApiProperty({ description: 'Of this request only.' })
  @MayBeAbsent()
  @IsIdentifier()
  requestId?: string;

  @ApiProperty({ description: 'What the application tells, or what the database has seen itself.' })
  @MayBeAbsent()
  @IsIn(SOURCES)
  source?: (typeof SOURCES)[number];

  @ApiProperty({ description: 'Recorded at this moment or later.' })
  @MayBeAbsent()
  @IsTimestamp()
  from?: string;

  @ApiProperty({ description: 'Recorded before this moment.' })
  @MayBeAbsent()
  @IsTimestamp()
  to?: string;

  @ApiProperty({ description: 'Events in one answer, at most.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit = 50;

  @ApiProperty({ description: 'The nextCursor of the page before.' })
  @MayBeAbsent()
  @IsAuditCursor()
  cursor?: string;
}

/** One row of the audit trail. */
export class AuditEventRepresentation {
  @MaxLength(19)
  @Matches(/^[0-9]+$/)
  readonly id!: string;

  @IsTimestamp()
  readonly recordedAt!: string;

  @IsTimestamp()
  readonly occurredAt!: string;

  @IsIn(SOURCES)
  readonly source!: string;

  @IsEventName()
  readonly event!: string;

  @IsIn(OUTCOMES)
  readonly outcome!: string;

  @IsValueOrNull()
  @IsText({ maxLength: 255 })
  readonly subject!: string | null;

  @IsValueOrNull()
  @IsText({ maxLength: 255 })
  readonly clientId!: string | null;

  @IsValueOrNull()
  @IsText({ maxLength: 255 })
  readonly credentialId!: string | null;

  @IsValueOrNull()
  @IsText({ maxLength: 64 })
  readonly address!: string | null;

  /** As a template. */
  @IsValueOrNull()
  @IsText({ maxLength: 500 })
  readonly route!: string | null;

  @IsValueOrNull()
  @IsText({ maxLength: 128 })
  readonly requestId!: string | null;

  @IsValueOrNull()
  @IsText({ maxLength: 64 })
  readonly traceId!: string | null;

  /** What else the event says, as a JSON text: each kind of event has its own. */
  @IsText({ maxLength: 20_000 })
  readonly details!: string;
}

/** One page of the trail, the newest first. */
export class AuditEventPage {
  @IsListOf(() => AuditEventRepresentation, { maxSize: MAX_PAGE_SIZE })
  readonly data!: readonly AuditEventRepresentation[];

  /** Where the next page begins; null on the last one. */
  @IsValueOrNull()
  @IsAuditCursor()
  readonly nextCursor!: string | null;
}
