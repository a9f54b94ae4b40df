/**
 * What a spreadsheet takes for a formula: the first sign after quotes and white space, in its
 * full-width form, too; and what makes it look further, tabs and line ends.
 */
const FORMULA = /^(?:["'\s]*[=+\-@＝＋－＠]|[\t\r\n])/;

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * One line of CSV (RFC 4180). A customer called `=HYPERLINK(…)` would become a link, or a
 * command, on the machine of whoever opens the file; an apostrophe makes it text.
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
