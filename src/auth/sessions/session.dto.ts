import { IsUUID, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';

/** As the issuer writes it: printable, without spaces at its ends. */
const SUBJECT = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

export class SessionPath {
  @IsUUID()
  id!: string;
}

export class ListSessionsQuery {
  @MayBeAbsent()
  @MaxLength(255)
  @Matches(SUBJECT)
  subject?: string;
}

/** Whose sessions to end; without it none, rather than all. */
export class EndSessionsQuery {
  @MaxLength(255)
  @Matches(SUBJECT)
  subject!: string;
}
