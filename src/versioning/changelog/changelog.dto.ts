import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, Matches, MaxLength } from 'class-validator';
import { IsDay } from '../../validation/rules/is-day.decorator.js';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';
import { IsText } from '../../validation/rules/is-text.decorator.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { VERSION_NAMES, type VersionName } from '../api-versions.js';
import { CHANGE_KINDS, type ChangeKind } from './change.js';

export class ChangelogQuery {
  @ApiProperty({ description: 'Only what concerns this version.' })
  @MayBeAbsent()
  @IsIn(VERSION_NAMES)
  version?: VersionName;

  @ApiProperty({ description: 'Only this kind of change.' })
  @MayBeAbsent()
  @IsIn(CHANGE_KINDS)
  kind?: ChangeKind;
}

export class GuidePath {
  @ApiProperty({ description: 'Such as v1-to-v2.' })
  @MaxLength(64)
  @Matches(/^[a-z0-9-]+$/)
  name!: string;
}

/** A change as programs read it. */
export class ChangeRepresentation {
  @MaxLength(100)
  @Matches(/^[a-z0-9-]+$/)
  readonly id!: string;

  @IsDay()
  readonly date!: string;

  @IsArray()
  @ArrayMaxSize(20)
  @IsIn(VERSION_NAMES, { each: true })
  readonly versions!: readonly VersionName[];

  @IsIn(CHANGE_KINDS)
  readonly kind!: ChangeKind;

  @IsText({ maxLength: 200 })
  readonly title!: string;

  @IsText({ maxLength: 4000, isMultiline: true })
  readonly detail!: string;

  /** The path of the migration guide. */
  @MayBeAbsent()
  @MaxLength(200)
  @Matches(/^\/[a-z0-9/-]+$/)
  readonly guide?: string;
}

export class ChangelogRepresentation {
  @IsListOf(() => ChangeRepresentation, { maxSize: 10_000 })
  readonly data!: readonly ChangeRepresentation[];
}
