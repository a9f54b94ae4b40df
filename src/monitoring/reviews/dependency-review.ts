import { execFile } from 'node:child_process';
import type { Finding, Review } from './review.js';

/** What `npm audit --json` says, as far as it is read here. */
interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
}

interface Vulnerability {
  readonly severity: string;
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'];
const MAX_OUTPUT_BYTES = 50 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 120_000;

/**
 * Advisories about what runs in production.
 * @throws when the registry cannot be asked, or answers with something else
 */
export async function reviewDependencies(): Promise<Review> {
  const report = parse(await audit());
  const { auditReportVersion, vulnerabilities, metadata } = report;
  if (auditReportVersion === undefined || vulnerabilities === undefined) {
    throw new Error('npm audit could not be made: is the registry reachable, and does it answer audits?');
  }
  return {
    lookedAt: [`Dependencies of production: ${metadata?.dependencies?.prod ?? 'unknown'}`],
    findings: Object.entries(vulnerabilities)
      .map(([name, vulnerability]) => findingOf(name, vulnerability))
      .toSorted((one, other) => rank(one) - rank(other)),
  };
}

/** It ends with 1 when it finds something: what counts is whether there is a report. */
function audit(): Promise<string> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MILLISECONDS };
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
  return { rule: `advisory-${severity}`, what: name, detail: reasons.join('; ') };
}

function rank({ rule }: Finding): number {
  return SEVERITIES.indexOf(rule.replace('advisory-', ''));
}
