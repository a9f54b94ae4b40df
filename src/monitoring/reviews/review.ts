/** Something that somebody has to look at. */
export interface Finding {
  /** Stable, for whoever counts or mutes them. */
  readonly rule: string;
  /** The thing itself, by its id or name. */
  readonly what: string;
  readonly detail: string;
}

export interface Review {
  /** What was looked at, so that nothing to do is told from nothing seen. */
  readonly lookedAt: readonly string[];
  readonly findings: readonly Finding[];
}

export function describeReview({ lookedAt, findings }: Review): string {
  return [
    ...lookedAt,
    findings.length === 0 ? 'Nothing to do.' : `Findings: ${findings.length}`,
    ...findings.map(({ rule, what, detail }) => `  ${rule} ${what}: ${detail}`),
  ].join('\n');
}
