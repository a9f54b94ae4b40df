export type Row = readonly (string | number)[];

/** A table in Markdown, in columns of one width as Prettier writes them. */
export function markdownTable(head: readonly string[], rows: readonly Row[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line([], '-'), ...others.map((row) => line(row))].join('\n');
}

/** Two significant digits, as much as such a measurement knows. */
export function rounded(figure: number, digits = 2): string {
  return Number.isFinite(figure) ? Number(figure.toPrecision(digits)).toLocaleString('en') : '—';
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '—';
}
