import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { IsListOf } from '../../validation/rules/is-list-of.decorator.js';

const MAX_REPORTS = 20;

/** What a page's policy may say, and what a browser may so report (CSP Level 3). */
const DIRECTIVES =
  'default-src script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr img-src font-src connect-src media-src object-src frame-src child-src worker-src manifest-src form-action base-uri frame-ancestors sandbox require-trusted-types-for trusted-types'.split(
    ' ',
  );

/** One violation, in the few words that are kept of it; `report-formats.ts` cuts them out. */
export class CspViolation {
  @IsIn(DIRECTIVES)
  directive!: string;

  @IsIn(['enforce', 'report'])
  disposition!: string;

  @IsString()
  @Matches(/^(?:[a-z][a-z0-9+.-]*:\/\/[a-z0-9.[\]:_-]+|[a-z-]+)$/)
  @MaxLength(200)
  blocked!: string;

  @IsString()
  @Matches(/^\/[\x21-\x7e]*$/)
  @MaxLength(200)
  page!: string;
}

/** What browsers send at once. */
export class CspReports {
  @IsListOf(() => CspViolation, { maxSize: MAX_REPORTS })
  violations!: CspViolation[];
}
