import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { IsTimestamp } from '../../validation/rules/is-timestamp.decorator.js';
import { IsValueOrNull } from '../../validation/rules/optional.decorator.js';
import {
  IsKeyCursor,
  IsKeyId,
  IsPlanName,
  IsScopeList,
  MAX_KEY_NAME_LENGTH,
  MAX_LIST_LENGTH,
  MAX_PAGE_SIZE,
} from './api-keys.dto.js';
import { IsNetwork } from './is-network.decorator.js';

const MAX_SUBJECT_LENGTH = 255;
const MAX_KEY_LENGTH = 81;

/** A key as a list shows it; the secret is not among what is known of it. */
export class ApiKeyRepresentation {
  @IsKeyId()
  readonly id!: string;

  @IsText({ maxLength: MAX_KEY_NAME_LENGTH })
  readonly name!: string;

  /** The subject for whom the key acts. */
  @ApiProperty({ description: 'The subject for whom the key acts.' })
  @IsText({ maxLength: MAX_SUBJECT_LENGTH })
  readonly owner!: string;

  @IsIn(['active', 'expired', 'revoked'])
  readonly status!: 'active' | 'expired' | 'revoked';

  @IsScopeList()
  readonly scopes!: readonly string[];

  @IsBoolean()
  readonly readOnly!: boolean;

  @IsArray()
  @ArrayMaxSize(MAX_LIST_LENGTH)
  @IsNetwork()
  readonly allowedNetworks!: readonly string[];

  @IsPlanName()
  readonly ratePlan!: string;

  @IsTimestamp()
  readonly createdAt!: string;

  @ApiProperty({ description: 'The key that made this one.' })
  @IsValueOrNull()
  @IsKeyId()
  readonly createdByKey!: string | null;

  @IsTimestamp()
  readonly expiresAt!: string;

  @IsValueOrNull()
  @IsTimestamp()
  readonly rotatedAt!: string | null;

  /** Until then the secret before the last rotation is good, too. */
  @ApiProperty({ description: 'Until then the secret before the last rotation is good, too.' })
  @IsValueOrNull()
  @IsTimestamp()
  readonly previousSecretExpiresAt!: string | null;

  @IsValueOrNull()
  @IsTimestamp()
  readonly revokedAt!: string | null;

  /** Gathered, and a few seconds late. */
  @ApiProperty({ description: 'Gathered, and a few seconds late.' })
  @IsValueOrNull()
  @IsTimestamp()
  readonly lastUsedAt!: string | null;

  @ApiProperty({ description: 'Gathered, and a few seconds late.' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly useCount!: number;
}

export class IssuedApiKeyRepresentation extends ApiKeyRepresentation {
  /** The whole key, shown this once. */
  @ApiProperty({ description: 'The whole key, shown this once.' })
  @MaxLength(MAX_KEY_LENGTH)
  @Matches(/^sar_(live|test)_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/)
  readonly key!: string;
}

export class ApiKeyListRepresentation {
  @IsListOf(() => ApiKeyRepresentation, { maxSize: MAX_PAGE_SIZE })
  readonly data!: readonly ApiKeyRepresentation[];

  /** Of the next page; null on the last one. */
  @ApiProperty({ description: 'For the next page; null on the last one.' })
  @IsValueOrNull()
  @IsKeyCursor()
  readonly nextCursor!: string | null;
}
