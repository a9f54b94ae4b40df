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

const KEY_ID = /^[0-9A-Za-z]{22}$/;
const PLAN = /^[a-z][a-z0-9_-]{0,31}$/;

/** A scope-token of RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/;

/** How long the old secret stays good after a rotation: not at all, an hour, a day, a week. */
export const GRACE_SECONDS = [0, 3600, 86_400, 604_800] as const;

export class ApiKeyPath {
  @Matches(KEY_ID)
  id!: string;
}

export class ListApiKeysQuery {
  @MayBeAbsent()
  @IsWholeNumberText({ min: 1, max: 100 })
  limit: number = 50;

  @MayBeAbsent()
  @MaxLength(500)
  @Matches(/^[A-Za-z0-9_-]+$/)
  cursor?: string;
}

/** What can be said of a key when it is made, and changed later. */
class ApiKeyLimits {
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsNetwork()
  allowedNetworks?: string[];

  @MayBeAbsent()
  @Matches(PLAN)
  ratePlan?: string;
}

export class CreateApiKeyBody extends ApiKeyLimits {
  @IsText({ maxLength: 100 })
  name!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(SCOPE, { each: true })
  scopes!: string[];

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(365)
  expiresInDays?: number;

  @MayBeAbsent()
  @IsBoolean()
  readOnly?: boolean;
}

export class UpdateApiKeyBody extends ApiKeyLimits {
  @MayBeAbsent()
  @IsText({ maxLength: 100 })
  name?: string;
}

export class RotateApiKeyBody {
  @MayBeAbsent()
  @IsIn(GRACE_SECONDS)
  graceSeconds: number = 86_400;
}
