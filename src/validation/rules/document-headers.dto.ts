import { IsString, Matches, MaxLength } from 'class-validator';
import { ENTITY_TAG_LIST } from '../../platform/http/entity-tag.js';
import { MayBeAbsent } from './optional.decorator.js';

/** For a document that is sent again only when it is another one. */
export class ConditionalHeaders {
  @MayBeAbsent()
  @MaxLength(1000)
  @Matches(ENTITY_TAG_LIST)
  'if-none-match'?: string;
}

/** For a document that there is in more than one form as well. */
export class DocumentHeaders extends ConditionalHeaders {
  /** The length of any header is bounded by the server. */
  @MayBeAbsent()
  @IsString()
  accept?: string;
}
