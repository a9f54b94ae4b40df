import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { IsTimestamp } from '../../validation/rules/is-timestamp.decorator.js';
import { IsValueOrNull, MayBeAbsent } from '../../validation/rules/optional.decorator.js';

/** As the issuer writes it: printable, without spaces at its ends. */
const SUBJECT = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

const IsSubject = (): PropertyDecorator => applyDecorators(MaxLength(255), Matches(SUBJECT));

export class SessionPath {
  @ApiProperty({ description: 'Of the session.' })
  @IsUUID()
  id!: string;
}

export class ListSessionsQuery {
  @ApiProperty({ description: 'Whose: an identifier of the issuer. Everybody’s without it.' })
  @MayBeAbsent()
  @IsSubject()
  subject?: string;
}

/** Whose sessions to end; without it none, rather than all. */
export class EndSessionsQuery {
  @ApiProperty({ description: 'Whose: an identifier of the issuer.' })
  @IsSubject()
  subject!: string;
}

const MAX_SESSIONS = 1000;
const MAX_NAMES = 1000;

/** The session of the caller, as a page needs it. */
export class CurrentSessionRepresentation {
  @IsSubject()
  readonly subject!: string;

  @IsText({ maxLength: 128 })
  readonly tenantId!: string;

  @IsArray()
  @ArrayMaxSize(MAX_NAMES)
  @IsText({ maxLength: 255, isForEach: true })
  readonly scopes!: readonly string[];

  @IsArray()
  @ArrayMaxSize(MAX_NAMES)
  @IsText({ maxLength: 255, isForEach: true })
  readonly roles!: readonly string[];

  /** Then it ends if nothing is asked for any more. */
  @ApiProperty({ description: 'Then it ends if nothing is asked for any more.' })
  @IsTimestamp()
  readonly expiresAt!: string;

  /** Then it ends in any case. */
  @ApiProperty({ description: 'Then it ends in any case.' })
  @IsTimestamp()
  readonly endsAt!: string;

  /** To be sent as X-CSRF-Token with every unsafe method. */
  @ApiProperty({ description: 'To be sent as X-CSRF-Token with every unsafe method.' })
  @MaxLength(100)
  @Matches(/^[A-Za-z0-9_-]+$/)
  readonly csrfToken!: string;
}

export class SessionRepresentation {
  @IsUUID()
  readonly id!: string;

  @IsSubject()
  readonly subject!: string;

  @IsValueOrNull()
  @MaxLength(45)
  @Matches(/^[0-9A-Fa-f:.]+$/)
  readonly address!: string | null;

  @IsValueOrNull()
  @IsText({ minLength: 0, maxLength: 200 })
  readonly userAgent!: string | null;

  @IsTimestamp()
  readonly createdAt!: string;

  @IsTimestamp()
  readonly lastUsedAt!: string;

  @IsTimestamp()
  readonly expiresAt!: string;

  @IsBoolean()
  readonly isCurrent!: boolean;
}

export class SessionListRepresentation {
  @IsListOf(() => SessionRepresentation, { maxSize: MAX_SESSIONS })
  readonly data!: readonly SessionRepresentation[];
}

/** How many sessions were ended. */
export class EndedSessionsRepresentation {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly ended!: number;
}
