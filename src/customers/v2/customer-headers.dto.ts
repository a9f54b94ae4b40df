import { Matches, MaxLength } from 'class-validator';
import { ENTITY_TAG_LIST } from '../../platform/http/entity-tag.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';

/** Of more than a few tags, nobody has use for them here. */
const MAX_LENGTH = 1000;

export class ReadHeaders {
  @MayBeAbsent()
  @MaxLength(MAX_LENGTH)
  @Matches(ENTITY_TAG_LIST)
  'if-none-match'?: string;
}

export class WriteHeaders {
  @MayBeAbsent()
  @MaxLength(MAX_LENGTH)
  @Matches(ENTITY_TAG_LIST)
  'if-match'?: string;
}
