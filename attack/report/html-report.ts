import type { Result } from '../engine/attack.ts';
import { type Report, VERDICTS } from './report.ts';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1c1c }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums }
code { white-space: nowrap }
.LANDED { background: #fde3e1; font-weight: 600 }
.inconclusive { background: #fff4d6 }
.skipped { color: #666 }
`;

/** One file without script and without anything from elsewhere; whatever a target said is text in it. */
export function htmlReport({ target, startedAt, seconds, groups, totals, attacks }: Report): string {
  const head = row(['', ...VERDICTS], 'th');
  const summary = [...groups, { practice: 'all', totals }].map(
    (group) =>
      `<tr><th>${escaped(group.practice)}</th>${VERDICTS.map((verdict) => `<td class="number">${group.totals[verdict]}</td>`).join('')}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Attacks on ${escaped(target)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Attacks on ${escaped(target)}</h1>
<p>${attacks.length} attacks, ${escaped(startedAt)}, ${seconds} s.</p>
<table>${head}${summary.join('')}</table>
<table>
${row(['Attack', 'What it tries', 'OWASP', 'Verdict', 'Evidence'], 'th')}
${inOrder(attacks).map(attackRow).join('\n')}
</table>
</body>
</html>
`;
}

function attackRow({ id, name, owasp, verdict, evidence }: Result): string {
  const cells = [
    `<code>${escaped(id)}</code>`,
    escaped(name),
    escaped(owasp ?? ''),
    escaped(verdict),
    escaped(evidence),
  ];
  return `<tr class="${escaped(verdict)}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** What somebody has to look at stands first. */
const ORDER = ['LANDED', 'inconclusive', 'defended', 'skipped'];

function inOrder(attacks: readonly Result[]): Result[] {
  return attacks.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

function row(cells: readonly string[], tag: 'th' | 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
