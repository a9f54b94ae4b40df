/* Documents that are data as well: their tables, read. */

/** The rows of the tables of a text, each as its cells, without heads. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  const isRule = (line: string | undefined): boolean => line?.startsWith('| -') === true;
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]))
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands under a heading of the second level. */
export function sectionOf(markdown: string, heading: string): string {
  const [, text = ''] = markdown.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** What stands in backticks. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
