import { Matches } from 'class-validator';
import { ENTITY_TAG_LIST } from '../../platform/http/entity-tag.js';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';

export class ReadHeaders {
  @MayBeAbsent()
  @Matches(ENTITY_TAG_LIST)
  'if-none-match'?: string;
}

export class WriteHeaders {
  @MayBeAbsent()
  @Matches(ENTITY_TAG_LIST)
  'if-match'?: string;
}
