/**
 * Where a spreadsheet may see a formula begin: at the first sign after quotes and white space, in
 * its full-width form, too. Not at the start of a cell alone: a tab, a line end and, where the
 * comma is the decimal sign, a semicolon begin another cell for it, whatever is quoted.
 */
const FORMULA = /(^|[;\t\r\n])(?=["'\s]*[=+\-@＝＋－＠])/g;

/** A cell that begins so is looked at further; an apostrophe ends that. */
const LEADING_BREAK = /^(?=[\t\r\n])(?!["'\s]*[=+\-@＝＋－＠])/;

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** With the names of the columns in the first line (RFC 4180 §3). */
export const CSV_CONTENT_TYPE = 'text/csv; charset=utf-8; header=present';

/**
 * One line of CSV (RFC 4180). Text that reads `=HYPERLINK(…)` would become a link, or a
 * command, on the machine of whoever opens the file; an apostrophe makes it text.
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const harmless = text.replace(FORMULA, "$1'").replace(LEADING_BREAK, "'");
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
