import { IsIn, IsString, Matches } from 'class-validator';
import { ENTITY_TAG_LIST } from '../../platform/http/entity-tag.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';
import { VERSION_NAMES, type VersionName } from '../api-versions.js';
import { CHANGE_KINDS, type ChangeKind } from './change.js';

export class ChangelogQuery {
  @MayBeAbsent()
  @IsIn(VERSION_NAMES)
  version?: VersionName;

  @MayBeAbsent()
  @IsIn(CHANGE_KINDS)
  kind?: ChangeKind;
}

export class GuidePath {
  @Matches(/^[a-z0-9-]{1,64}$/)
  name!: string;
}

/** The length of any header is bounded by the server. */
export class DocumentHeaders {
  @MayBeAbsent()
  @IsString()
  accept?: string;

  @MayBeAbsent()
  @Matches(ENTITY_TAG_LIST)
  'if-none-match'?: string;
}

export class FeedHeaders {
  @MayBeAbsent()
  @Matches(ENTITY_TAG_LIST)
  'if-none-match'?: string;
}
