import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { IsWholeNumberText } from '../../validation/rules/is-whole-number-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { IsNetwork } from './is-network.decorator.js';

/** How long the old secret stays good after a rotation: not at all, an hour, a day, a week. */
export const GRACE_SECONDS = [0, 3600, 86_400, 604_800] as const;

export const MAX_KEY_NAME_LENGTH = 100;
export const MAX_LIST_LENGTH = 50;
export const MAX_PAGE_SIZE = 100;

/*
 * What each field may contain, said once for what is asked and for what is answered.
 */

export const IsKeyId = (): PropertyDecorator => applyDecorators(MaxLength(22), Matches(/^[0-9A-Za-z]{22}$/));

export const IsPlanName = (): PropertyDecorator =>
  applyDecorators(MaxLength(32), Matches(/^[a-z][a-z0-9_-]{0,31}$/));

export const IsKeyCursor = (): PropertyDecorator =>
  applyDecorators(MaxLength(500), Matches(/^[A-Za-z0-9_-]+$/));

/** Scope-tokens of RFC 6749 §3.3. */
export const IsScopeList = (): PropertyDecorator =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MAX_LIST_LENGTH),
    ArrayUnique(),
    MaxLength(100, { each: true }),
    Matches(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, { each: true }),
  );

export class ApiKeyPath {
  @ApiProperty({ description: 'Of the key: the part of it that is no secret.' })
  @IsKeyId()
  id!: string;
}

export class ListApiKeysQuery {
  @ApiProperty({ description: 'Keys in one answer, at most.' })
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: MAX_PAGE_SIZE })
  limit: number = 50;

  @ApiProperty({ description: 'The nextCursor of the answer before.' })
  @MayBeAbsent()
  @IsKeyCursor()
  cursor?: string;
}

/** What can be said of a key when it is made, and changed later. */
class ApiKeyLimits {
  @ApiProperty({ description: 'From where it may be used: addresses and CIDR blocks. None: from anywhere.' })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_LIST_LENGTH)
  @ArrayUnique()
  @IsNetwork()
  allowedNetworks?: string[];

  @ApiProperty({ description: 'Its rate, by name: see the limits.' })
  @MayBeAbsent()
  @IsPlanName()
  ratePlan?: string;
}

export class CreateApiKeyBody extends ApiKeyLimits {
  @ApiProperty({ description: 'For people.' })
  @IsText({ maxLength: MAX_KEY_NAME_LENGTH })
  name!: string;

  @ApiProperty({ description: 'At most those of whoever makes it.' })
  @IsScopeList()
  scopes!: string[];

  @ApiProperty({
    description:
      'At most as long as the text about keys says, which is also what a key gets that asks for nothing.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(365)
  expiresInDays?: number;

  @ApiProperty({
    description: 'It can change nothing, whatever its scopes say. false unless you say otherwise.',
  })
  @MayBeAbsent()
  @IsBoolean()
  readOnly?: boolean;
}

export class UpdateApiKeyBody extends ApiKeyLimits {
  @MayBeAbsent()
  @IsText({ maxLength: MAX_KEY_NAME_LENGTH })
  name?: string;
}

export class RotateApiKeyBody {
  @ApiProperty({ description: 'How long the old secret stays good beside the new one.' })
  @MayBeAbsent()
  @IsIn(GRACE_SECONDS)
  graceSeconds: number = 86_400;
}
