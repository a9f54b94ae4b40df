import type { Result, Verdict } from '../engine/attack.ts';

/** What a run found; `--json` writes exactly this. */
export interface Report {
  readonly target: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly totals: Readonly<Record<Verdict, number>>;
  readonly groups: readonly GroupSummary[];
  readonly attacks: readonly Result[];
}

export interface GroupSummary {
  readonly practice: string;
  readonly totals: Readonly<Record<Verdict, number>>;
}

export const VERDICTS: readonly Verdict[] = ['defended', 'LANDED', 'inconclusive', 'skipped'];

export function reportOf(target: URL, startedAt: Date, results: readonly Result[]): Report {
  const practices = Map.groupBy(results, ({ practice }) => practice);
  return {
    target: target.origin,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    totals: totalsOf(results),
    groups: [...practices]
      .toSorted(byNumber)
      .map(([practice, attacks]) => ({ practice, totals: totalsOf(attacks) })),
    attacks: results,
  };
}

/** P10 comes after P9. */
function byNumber([one]: [string, unknown], [other]: [string, unknown]): number {
  return Number(one.slice(1)) - Number(other.slice(1));
}

export function totalsOf(results: readonly Result[]): Record<Verdict, number> {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  return {
    defended: count('defended'),
    LANDED: count('LANDED'),
    inconclusive: count('inconclusive'),
    skipped: count('skipped'),
  };
}

/** 0 when everything was defended, 1 otherwise; what was skipped decides nothing, unless it was everything. */
export function exitStatusOf({ totals }: Report, allowsInconclusive: boolean): 0 | 1 {
  const isOpen = totals.LANDED > 0 || (totals.inconclusive > 0 && !allowsInconclusive);
  return isOpen || totals.defended === 0 ? 1 : 0;
}
