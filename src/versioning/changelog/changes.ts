import { VERSION_NAMES as EVERY_VERSION } from '../api-versions.js';
import type { Change } from './change.js';

/**
 * Every change of what callers can rely on, the newest first. The end of a version does not stand here:
 * its days are settings, and the entries follow from them.
 */
export const CHANGES: readonly Change[] = [
  {
    id: 'forgetting-at-log-out',
    date: '2026-11-27',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'A log-out clears what the browser keeps of the API',
    detail:
      'POST /auth/logout answers with Clear-Site-Data: the cache and the storage of the API’s origin go with the session.',
    contract: { '1': '72e0c691ccdcdac4', '2': '15842fd6d04c6cf4' },
  },
  {
    id: 'alerts-and-audit-trail',
    date: '2026-11-25',
    versions: ['2'],
    kind: 'added',
    title: 'Administrators see alerts and the audit trail of their tenant',
    detail:
      'GET /v2/admin/alerts: attacks that were noticed, and credentials that are used unlike before. GET /v2/audit-events: ' +
      'who did what and when, also what was changed past the API.',
    contract: { '2': 'b9215cc6014b0350' },
  },
  {
    id: 'blocked-addresses',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'Every route can refuse an address with 403',
    detail:
      'Addresses from which an attack comes get request.forbidden, whatever they ask for, until it is over.',
    contract: { '1': '7f6f6f82e6fa06c9', '2': 'afa4c0e6856d095d' },
  },
  {
    id: 'trace-context',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Requests take part in traces',
    detail:
      'A well-formed Traceparent (W3C Trace Context) goes on in the log; Traceresponse tells which trace it was.',
    contract: { '1': '9d1407449cceea0b', '2': '975dfcbd3a0a5f91' },
  },
  {
    id: 'documentation',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Documentation of everything, and an explanation of every error',
    detail:
      'OpenAPI 3.1 at /openapi/v1.json and /openapi/v2.json, a page at /docs where the operator shows it, and at /problems ' +
      'what each code means, to which the type of every problem document leads.',
    contract: { '1': '37cd483b490af840', '2': '549f5c0db4ce1655' },
  },
  {
    id: 'reports-and-notices-of-ends',
    date: '2026-11-25',
    versions: ['2'],
    kind: 'added',
    title: 'Administrators see who still calls what is to end, and say who is told',
    detail:
      'GET /v2/admin/deprecated-usage, also as CSV; GET, PUT and DELETE /v2/admin/notice-contacts. Notices go by e-mail at ' +
      'the announcement, then 6, 3 and 1 months and a week before the end.',
  },
  {
    id: 'ended-versions-cost-no-log-in',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'Calls of an ended version are not counted as failed log-ins',
    detail:
      'Nobody looks at their credentials, and a client that calls on does not lock its address out of the successor.',
  },
  {
    id: 'changelog',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'A changelog and a migration guide',
    detail:
      'GET /changelog, as HTML or JSON, with the filters version and kind; GET /changelog.atom as a feed; ' +
      'GET /changelog/guides/v1-to-v2. Nobody needs a credential for them.',
    guide: 'v1-to-v2',
  },
  {
    id: 'announced-ends',
    date: '2026-11-25',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'What will end says so',
    detail:
      'Once an end is announced, every answer of what will end carries Deprecation (RFC 9745), Sunset (RFC 8594) ' +
      'and Link, to the guide and to what to call instead. After the end it is 410. The notice is twelve ' +
      'months at least.',
  },
  {
    id: 'superseded-keys-manage-nothing',
    date: '2026-11-25',
    versions: ['2'],
    kind: 'security',
    title: 'The earlier secret of an API key manages nothing from the very moment of its rotation',
    detail:
      'It could until every instance knew of the rotation, so that a copied key could overtake its owner. Now ' +
      'the second of two rotations with one secret is 409.',
  },
  {
    id: 'api-keys',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'API keys for programs',
    detail:
      'A key goes into X-API-Key, on the routes of both versions. POST /v2/api-keys makes one with some of the ' +
      'rights of its maker; it can be rotated with a grace period, revoked at once, and always expires. ' +
      'X-API-Key-Expires tells when that is near, X-API-Key-Superseded that a secret is the earlier one.',
  },
  {
    id: 'cookie-names-are-not-trimmed',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'A cookie whose name begins with a blank is another cookie',
    detail:
      'A no-break space before __Host-session was taken away before names were compared, so that a neighbour ' +
      'of the same site could log a visitor in as itself. Names are compared as browsers do.',
  },
  {
    id: 'cross-origin',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Pages of allowed origins can call',
    detail:
      'CORS answers for origins on a list of the operator, per URL. An unsafe method with the session cookie needs ' +
      'X-CSRF-Token, with the csrfToken of GET /auth/session.',
  },
  {
    id: 'sessions',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Sessions for people at a browser',
    detail:
      'GET /auth/login begins a log-in at the issuer, GET /auth/session tells who is logged in, POST ' +
      '/auth/logout ends it. The browser has one cookie and no token.',
  },
  {
    id: 'export-formulas-behind-separators',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'security',
    title: 'A formula behind another separator is text in an exported CSV, too',
    detail:
      'Spreadsheets that take a semicolon or a tab for the end of a cell would have run what follows it. Such ' +
      'a part now begins with an apostrophe, like a cell.',
  },
  {
    id: 'export',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'added',
    title: 'Export of all customers',
    detail:
      'GET /v2/customers/export?format=ndjson or csv, streamed. It counts as ten requests, few go on at once, ' +
      'and a cell that a spreadsheet would take for a formula begins with an apostrophe.',
  },
  {
    id: 'doubtful-requests',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'A request whose end is in doubt is refused',
    detail:
      'HTTP/1.0 with a transfer coding, versions other than HTTP/1.0 and 1.1, and anything that a proxy could ' +
      'read differently: 400, and the end of the connection.',
  },
  {
    id: 'entity-tags-of-masked-customers',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'fixed',
    title: 'Another ETag for whoever sees the tax id masked',
    detail:
      'Two callers who are shown different bytes no longer get the same strong tag. If-Match takes both.',
  },
  {
    id: 'tls-only',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'Nothing is served without TLS',
    detail:
      'What arrives in the clear is 403 and never redirected, since its credential has been read by then. ' +
      'TLS 1.2 or 1.3; answers carry HSTS.',
  },
  {
    id: 'rate-limits',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Rate limits',
    detail:
      'By address and by caller. Answers carry X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, ' +
      'RateLimit and RateLimit-Policy; 429 carries Retry-After, and to wait so long is enough.',
  },
  {
    id: 'idempotency-key',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'Idempotency-Key',
    detail:
      'POST /v1/customers and POST /v2/customers take it: a repeated request gets the first answer, marked with ' +
      'Idempotent-Replayed, and creates nothing. The same key with another body is 422.',
  },
  {
    id: 'search-and-lookup',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'added',
    title: 'Search, and look-up by tax id',
    detail:
      'GET /v2/customers?search= finds parts of names and e-mail addresses, POST /v2/customers/lookup who has a ' +
      'tax id, however it is spelt. The second takes the scope customers:read_sensitive.',
  },
  {
    id: 'lists-of-summaries',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'removed',
    title: 'phone, taxId and notes in lists',
    detail: 'They are encrypted where they are stored, and are read one customer at a time.',
  },
  {
    id: 'encrypted-cursors',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'security',
    title: 'Cursors are encrypted',
    detail:
      'A cursor holds a name and stands in URLs, which are logged on the way. It was signed and could be read. ' +
      'Cursors of before are 400: begin with the first page.',
  },
  {
    id: 'changes-take-the-right-to-read',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'security',
    title: 'PATCH takes the scope to read, too',
    detail:
      'Its answer shows the whole customer, so that customers:write alone was a way to read. Now it takes ' +
      'customers:read and customers:write.',
  },
  {
    id: 'head-requests',
    date: '2026-11-24',
    versions: EVERY_VERSION,
    kind: 'added',
    title: 'HEAD',
    detail: 'Wherever there is GET, with the same headers.',
  },
  {
    id: 'v2',
    date: '2026-11-24',
    versions: ['2'],
    kind: 'added',
    title: 'Version 2',
    detail:
      'Customers with givenName and familyName, lists with cursors, sort and status, ETag with If-None-Match, ' +
      'and If-Match on every change.',
    guide: 'v1-to-v2',
  },
  {
    id: 'v1',
    date: '2026-11-24',
    versions: ['1'],
    kind: 'added',
    title: 'Version 1',
    detail:
      'Customers with fullName, numbered pages, unconditional changes. Access tokens and scopes as in v2; every ' +
      'failure is a problem document (RFC 9457).',
  },
];
