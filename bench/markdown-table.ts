export type Row = readonly (string | number)[];

export function markdownTable(head: readonly string[], rows: readonly Row[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Two significant digits, as much as such a measurement knows. */
export function rounded(figure: number, digits = 2): string {
  return Number.isFinite(figure) ? Number(figure.toPrecision(digits)).toLocaleString('en') : '—';
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '—';
}
