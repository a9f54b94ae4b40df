import type { ProductionPackage } from './production-packages.ts';

/** What docs/licences.json holds: what is taken as it comes, and what somebody has looked at. */
export interface LicencePolicy {
  /** SPDX ids whose terms are accepted for every package. */
  readonly allowed: readonly string[];
  /** One version of one package each: the next one is looked at again. */
  readonly reviewed: readonly ReviewedLicence[];
}

export interface ReviewedLicence {
  readonly package: string;
  readonly licence: string;
  readonly reason: string;
}

/** Packages whose licence nobody has accepted, and reviews of what is not installed any more. */
export function licenceFaults(packages: readonly ProductionPackage[], policy: LicencePolicy): string[] {
  const reviewed = new Map(policy.reviewed.map((review) => [review.package, review]));
  const installed = new Set(packages.map(idOf));
  return [
    ...packages
      .filter((one) => !reviewed.has(idOf(one)) && !isAllowed(one.licence, policy.allowed))
      .map((one) => `${idOf(one)}: ${describe(one.licence)} is not on the list of licences`),
    ...policy.reviewed
      .filter((review) => !installed.has(review.package))
      .map((review) => `${review.package}: was reviewed, and is not installed`),
    ...policy.reviewed
      .filter(({ licence, reason }) => licence.trim() === '' || reason.trim() === '')
      .map((review) => `${review.package}: was reviewed without a licence or a reason`),
  ];
}

/** How many packages there are of each licence, the most frequent first. */
export function licenceCounts(
  packages: readonly ProductionPackage[],
  { reviewed }: LicencePolicy,
): [licence: string, count: number][] {
  const counts = new Map<string, number>();
  for (const one of packages) {
    const review = reviewed.find((candidate) => candidate.package === idOf(one));
    const licence = review ? `${review.licence} (reviewed)` : describe(one.licence);
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

/**
 * An id, ids of which one may be chosen (OR), or ids that all hold (AND). Whatever else SPDX can say,
 * nested or with exceptions, is for a person.
 */
function isAllowed(licence: unknown, allowed: readonly string[]): boolean {
  if (typeof licence !== 'string') {
    return false;
  }
  const expression = licence.replace(/^\((.*)\)$/, '$1');
  const isOnList = (id: string): boolean => allowed.includes(id);
  const isFlat = !/[()]/.test(expression);
  return isFlat && (expression.split(' OR ').some(isOnList) || expression.split(' AND ').every(isOnList));
}

function idOf({ name, version }: ProductionPackage): string {
  return `${name}@${version}`;
}

function describe(licence: unknown): string {
  return typeof licence === 'string' ? licence : licence === undefined ? 'nothing' : JSON.stringify(licence);
}
