import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Finding, Review } from '../review.js';
import {
  openVulnerabilities,
  parseAcceptedAdvisories,
  untenableAcceptances,
  type AcceptedAdvisory,
  type Vulnerabilities,
  type Vulnerability,
} from './accepted-advisories.js';

/** What `npm audit --json` says, as far as it is read here. */
interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Vulnerabilities;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
}

/** Wherever the command is run: the dependencies of another folder are no answer. */
const PROJECT = new URL('../../../../', import.meta.url);
/** What somebody has looked at; where it is missing nothing was accepted. */
const ACCEPTED_ADVISORIES = new URL('docs/advisories.json', PROJECT);

/** Within how many days each severity is mended or accepted. */
export const DAYS_TO_MEND: Readonly<Record<string, number>> = {
  critical: 7,
  high: 14,
  moderate: 30,
  low: 90,
};
const SEVERITIES = [...Object.keys(DAYS_TO_MEND), 'info'];
const MAX_OUTPUT_BYTES = 50 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 120_000;

/**
 * Advisories about what runs in production, but for those that were accepted until today or later.
 * @throws when the registry cannot be asked, or answers with something else, and for a list that cannot be read
 */
export async function reviewDependencies(today: string): Promise<Review> {
  const accepted = await readAcceptedAdvisories();
  const report = parse(await audit());
  const { auditReportVersion, vulnerabilities, metadata } = report;
  if (auditReportVersion === undefined || vulnerabilities === undefined) {
    throw new Error('npm audit could not be made: is the registry reachable, and does it answer audits?');
  }
  return {
    lookedAt: [
      `Dependencies of production: ${metadata?.dependencies?.prod ?? 'unknown'}`,
      ...accepted.map(({ id, until, reason }) => `Accepted until ${until}: ${id}: ${reason}`),
    ],
    findings: [
      ...untenableAcceptances(accepted, today),
      ...openVulnerabilities(vulnerabilities, accepted, today)
        .map(([name, vulnerability]) => findingOf(name, vulnerability))
        .toSorted((one, other) => rank(one) - rank(other)),
    ],
  };
}

async function readAcceptedAdvisories(): Promise<AcceptedAdvisory[]> {
  const text = await readFile(ACCEPTED_ADVISORIES, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return '[]';
    }
    throw error;
  });
  return parseAcceptedAdvisories(text);
}

/** It ends with 1 when it finds something: what counts is whether there is a report. */
function audit(): Promise<string> {
  const options = { cwd: PROJECT, maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MILLISECONDS };
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--json', '--omit=dev'], options, (_error, stdout) => resolve(stdout));
  });
}

function parse(text: string): AuditReport {
  try {
    return JSON.parse(text) as AuditReport;
  } catch {
    return {};
  }
}

function findingOf(name: string, { severity, via }: Vulnerability): Finding {
  const reasons = via.map((one) =>
    typeof one === 'string' ? `through ${one}` : `${one.title} (${one.url})`,
  );
  const days = DAYS_TO_MEND[severity];
  const time = days === undefined ? '' : `to be mended within ${days} days: `;
  return { rule: `advisory-${severity}`, what: name, detail: time + reasons.join('; ') };
}

function rank({ rule }: Finding): number {
  return SEVERITIES.indexOf(rule.replace('advisory-', ''));
}
