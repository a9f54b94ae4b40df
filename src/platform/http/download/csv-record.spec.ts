import { describe, expect, it } from 'vitest';
import { csvRecord } from './csv-record.js';

describe('a line of CSV', () => {
  it('quotes what would end a cell or a line, and nothing else', () => {
    const cells = ['plain words', 'a,b', 'say "hi"', 'two\r\nlines', ' padded ', '', 'é👩'];

    expect(csvRecord(cells)).toBe('plain words,"a,b","say ""hi""","two\r\nlines"," padded ",,é👩\r\n');
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\tx',
    '"=1',
    '""=1',
    `'=1`,
    ' =1',
    '\u{a0}=1',
    '\u{feff}=1',
    '＝1',
    '＋1',
    '－1',
    '＠a',
    '=cmd|" /C calc"!A0',
    '=HYPERLINK("https://evil.example","x")',
  ])('makes text of what would be a formula: %j', (cell) => {
    const record = csvRecord([cell]).slice(0, -2);
    const read = record.startsWith('"') ? record.slice(1, -1).replaceAll('""', '"') : record;

    expect(read).toBe(`'${cell}`);
  });

  it.each([
    ['Ann;=1+1;', "Ann;'=1+1;"],
    ['a\t=1', "a\t'=1"],
    ['a\n@SUM(A1)', "a\n'@SUM(A1)"],
    ['a; "+1', `a;' "+1`],
    // One apostrophe is enough, before or after the white space.
    ['\t "=1', `'\t "=1`],
    ['\n\n=1', `'\n\n'=1`],
  ])('makes text of what another separator would make a formula: %j', (cell, text) => {
    const record = csvRecord([cell]).slice(0, -2);

    expect(record.startsWith('"') ? record.slice(1, -1).replaceAll('""', '"') : record).toBe(text);
  });

  it.each(['a=b', 'Jean-Luc', 'ada@example.com', '2026-01-01T00:00:00.000Z', "O'Neill"])(
    'leaves %j as it is',
    (cell) => {
      expect(csvRecord([cell])).toBe(`${cell}\r\n`);
    },
  );
});
