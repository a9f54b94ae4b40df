/**
 * The two formats in which browsers report: one object of the older `report-uri`, and a list
 * for the Reporting API, which may hold reports of other kinds. Both are open, every browser
 * adds members of its own, and so what is needed is picked out here instead of the rest being
 * refused. Nothing else of a report is kept: `script-sample` and query strings hold what
 * people typed.
 */
export function violationsIn(report: unknown): { violations: unknown } {
  if (Array.isArray(report)) {
    const violations = report
      .filter((entry) => member(entry, 'type') === 'csp-violation')
      .map((entry) => violationOf(member(entry, 'body'), REPORTING_API));
    // One page that is none, such as about:blank, must not cost the others of its list.
    return { violations: violations.filter(({ page }) => page !== undefined).slice(0, MAX_REPORTS) };
  }
  const legacy = member(report, 'csp-report');
  return { violations: legacy === undefined ? undefined : [violationOf(legacy, REPORT_URI)] };
}

/** What one request may report; `CspReports` says so, too. */
const MAX_REPORTS = 20;

/** What is blocked without having an address (CSP Level 3 §5.4, and browsers’ own words). */
const KEYWORDS = ['inline', 'eval', 'wasm-eval', 'self', 'trusted-types-policy', 'trusted-types-sink'];

interface MemberNames {
  readonly directive: readonly string[];
  readonly blocked: string;
  readonly page: string;
}

const REPORTING_API: MemberNames = {
  directive: ['effectiveDirective'],
  blocked: 'blockedURL',
  page: 'documentURL',
};
const REPORT_URI: MemberNames = {
  directive: ['effective-directive', 'violated-directive'],
  blocked: 'blocked-uri',
  page: 'document-uri',
};

function violationOf(body: unknown, names: MemberNames) {
  const directive = names.directive.map((name) => member(body, name)).find((value) => value !== undefined);
  return {
    // Older browsers add the sources that the directive allows.
    directive: typeof directive === 'string' ? directive.split(' ', 1)[0] : directive,
    disposition: member(body, 'disposition') ?? 'report',
    blocked: originOf(member(body, names.blocked)),
    page: pathOf(member(body, names.page)),
  };
}

/** `https://evil.example` of a URL; `data`, `blob` or the like of one without a host; a keyword as it is. */
function originOf(value: unknown): unknown {
  const url = parse(value);
  if (typeof value !== 'string') {
    return value;
  }
  if (url === null) {
    return KEYWORDS.find((keyword) => keyword === value) ?? 'unknown';
  }
  return url.host === '' ? url.protocol.slice(0, -1) : `${url.protocol}//${url.host}`;
}

/** The path without query and fragment; a page is one of ours, so that its host says nothing new. */
function pathOf(value: unknown): string | undefined {
  const url = parse(value);
  return url !== null && url.host !== '' ? url.pathname : undefined;
}

function parse(value: unknown): URL | null {
  return typeof value === 'string' ? URL.parse(value) : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
