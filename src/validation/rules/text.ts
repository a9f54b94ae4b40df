/** How a piece of text may look. */
export interface TextRules {
  /** Length in UTF-16 code units after normalisation, as databases and clients count it. */
  readonly minLength: number;
  readonly maxLength: number;
  /** Line breaks and tabs are allowed. */
  readonly isMultiline: boolean;
}

/**
 * Control characters, line and paragraph separators, and the marks that reverse the direction
 * of what follows and so make text read differently from what it says (CVE-2021-42574).
 */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The control characters that text of several lines needs. */
const LINE_LAYOUT = /[\t\n\r]/g;

/** Of each in turn: all of them, and all but those that lay lines out. */
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';
const CONTROLS_WITHOUT_LAYOUT = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';

/** The composed form, so that the same word is the same bytes whoever typed it (UAX #15). */
export function normalizeText(text: string): string {
  return text.normalize('NFC');
}

/** True for text without lone surrogates, forbidden characters, or a length outside the bounds. */
export function isAllowedText(text: string, rules: TextRules): boolean {
  const characters = rules.isMultiline ? text.replace(LINE_LAYOUT, '') : text;
  return (
    text.length >= rules.minLength &&
    text.length <= rules.maxLength &&
    text.isWellFormed() &&
    !FORBIDDEN.test(characters) &&
    (rules.minLength === 0 || /\S/u.test(text))
  );
}

/** The same rules as a pattern for the documentation, as far as a pattern can say them. */
export function patternOf({ isMultiline, minLength }: TextRules): string {
  const notBlank = minLength === 0 ? '' : '(?=[\\s\\S]*\\S)';
  return `^${notBlank}[^${isMultiline ? CONTROLS_WITHOUT_LAYOUT : CONTROLS}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$`;
}
