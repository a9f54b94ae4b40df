import type { Result } from '../engine/attack.ts';
import { type GroupSummary, type Report, VERDICTS } from './report.ts';

const WIDTH = 14;

/** What a terminal shows at the end: the table, and by name everything that was not defended. */
export function textReport({ target, seconds, groups, totals, attacks }: Report): string {
  const head = ['      ', ...VERDICTS.map((verdict) => verdict.padStart(WIDTH))].join('');
  return [
    ...section('LANDED', attacks),
    ...section('inconclusive', attacks),
    ...section('skipped', attacks),
    head,
    ...groups.map((group) => row(group.practice, group.totals)),
    row('all', totals),
    '',
    `${attacks.length} attacks on ${target} in ${seconds} s`,
    '',
  ].join('\n');
}

function row(name: string, counts: GroupSummary['totals']): string {
  return [name.padEnd(6), ...VERDICTS.map((verdict) => String(counts[verdict]).padStart(WIDTH))].join('');
}

/** One line, as soon as a group is through. */
export function groupLine({ practice, totals }: GroupSummary, seconds: number): string {
  const counts = VERDICTS.filter((verdict) => totals[verdict] > 0).map(
    (verdict) => `${totals[verdict]} ${verdict}`,
  );
  return `${practice.padEnd(4)} ${counts.join(', ')} (${seconds.toFixed(1)} s)`;
}

function section(verdict: Result['verdict'], attacks: readonly Result[]): string[] {
  const found = attacks.filter((attack) => attack.verdict === verdict);
  const lines = found.map(({ id, name, owasp, evidence }) => {
    const risk = owasp === null ? '' : ` [${owasp}]`;
    return `  ${printable(`${id}${risk}: ${name} — ${evidence}`)}`;
  });
  return found.length === 0 ? [] : [`${verdict}:`, ...lines, ''];
}

/** What a target answers must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}');
}
