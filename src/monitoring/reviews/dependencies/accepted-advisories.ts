import { z } from 'zod';
import type { Finding } from '../review.js';

/** What `npm audit` says of one package. */
export interface Vulnerability {
  readonly severity: string;
  /** Advisories about the package itself, and names of packages through which it is affected. */
  readonly via: readonly (string | Advisory)[];
}

interface Advisory {
  readonly title: string;
  readonly url: string;
}

export type Vulnerabilities = Readonly<Record<string, Vulnerability>>;

/** An advisory that somebody has looked at and can live with, for a while. */
const ACCEPTED = z.strictObject({
  /** The last part of its address, such as GHSA-xxxx-xxxx-xxxx. */
  id: z.string().regex(/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/),
  /** Why it cannot be used here. */
  reason: z.string().trim().min(20),
  /** The last day on which that holds; then somebody looks again. */
  until: z.iso.date(),
});

export type AcceptedAdvisory = Readonly<z.infer<typeof ACCEPTED>>;

/** @throws for anything else than a list of advisories with id, reason and day: a typing error accepts nothing */
export function parseAcceptedAdvisories(text: string): AcceptedAdvisory[] {
  const parsed = z.array(ACCEPTED).safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(`the list of accepted advisories is wrong: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/** Whoever accepts looks again after so long: what was harmless once may not be any more. */
export const MAX_ACCEPTANCE_DAYS = 90;

/**
 * Acceptances that have ended, or that last too long to be looked at again: each is a finding, whether the advisory
 * still applies or not.
 */
export function untenableAcceptances(accepted: readonly AcceptedAdvisory[], today: string): Finding[] {
  const latest = new Date(Date.parse(today) + MAX_ACCEPTANCE_DAYS * 86_400_000).toISOString().slice(0, 10);
  return accepted
    .filter(({ until }) => until < today || until > latest)
    .map(({ id, until, reason }) => ({
      rule: until < today ? 'acceptance-expired' : 'acceptance-too-long',
      what: id,
      detail: `accepted until ${until}: ${reason}`,
    }));
}

/**
 * Packages with an advisory that nobody has accepted, or that are affected through such a package. Begins with the
 * advisories and follows them outwards, because packages that affect each other would otherwise excuse each other.
 */
export function openVulnerabilities(
  vulnerabilities: Vulnerabilities,
  accepted: readonly AcceptedAdvisory[],
  today: string,
): [name: string, vulnerability: Vulnerability][] {
  const inForce = new Set(accepted.filter(({ until }) => until >= today).map(({ id }) => id));
  const open = new Set<string>();
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const [name, { via }] of Object.entries(vulnerabilities)) {
      // What gives no reason, or names a package that the report does not know, is not excused.
      const isOpen = (one: string | Advisory): boolean =>
        typeof one === 'string'
          ? open.has(one) || vulnerabilities[one] === undefined
          : !inForce.has(idOf(one));
      if (via.length === 0 || via.some(isOpen)) {
        open.add(name);
      }
    }
  }
  return Object.entries(vulnerabilities).filter(([name]) => open.has(name));
}

function idOf({ url }: Advisory): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
