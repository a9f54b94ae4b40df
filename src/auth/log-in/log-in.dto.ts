import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../../validation/rules/optional.decorator.js';

/** Printable ASCII: what RFC 6749 §A allows in codes, states and error words. */
const PRINTABLE = /^[\x20-\x7e]+$/;

export class LogInQuery {
  @ApiProperty({
    description:
      'Where the browser comes back to: a page that the operator allows, or one of this API’s documentation.',
  })
  @MayBeAbsent()
  @MaxLength(2000)
  @Matches(PRINTABLE)
  returnTo?: string;
}

/** Where the page sends its browser next, to log out at the issuer, too. */
export class LogOutRepresentation {
  @ApiProperty({ description: 'Where the page sends its browser next, to log out at the issuer, too.' })
  @MaxLength(2000)
  @Matches(/^https?:\/\//)
  readonly continueAt!: string;
}

/** What an issuer may answer to an authorization request (RFC 6749 §4.1.2, RFC 9207). */
export class AuthorizationResponse {
  @MaxLength(512)
  @Matches(PRINTABLE)
  state!: string;

  @MayBeAbsent()
  @MaxLength(4096)
  @Matches(PRINTABLE)
  code?: string;

  @MayBeAbsent()
  @MaxLength(500)
  @Matches(PRINTABLE)
  iss?: string;

  @MayBeAbsent()
  @MaxLength(100)
  @Matches(PRINTABLE)
  error?: string;
}
