import type { IncomingHttpHeaders } from 'node:http';

/** What a request with a session cookie lacks to be believed; for the security event. */
export type IntentFault = 'csrf_fetch_site' | 'csrf_origin' | 'csrf_token';

export interface IntentRules {
  readonly isAllowedOrigin: (origin: string) => boolean;
  /** Whether the text is the CSRF token of the session whose cookie came along. */
  readonly isToken: (text: string) => boolean;
}

/** From where a browser may say that a request comes: the API's own pages, or a page of the same site. */
const NEAR = new Set(['same-origin', 'same-site']);

/**
 * Whether a request with a cookie was meant by the page that the person looks at (OWASP Cross-Site
 * Request Forgery Prevention). A browser attaches the cookie by itself; three things it does not let a
 * foreign page choose: where the request comes from (`Sec-Fetch-Site`, `Origin`), and a token
 * that only a page which may read our answers can know.
 */
export function findIntentFault(headers: IncomingHttpHeaders, rules: IntentRules): IntentFault | undefined {
  const { 'sec-fetch-site': site, origin, 'x-csrf-token': token } = headers;
  // Older browsers do not send it; then the origin alone decides.
  if (site !== undefined && !(typeof site === 'string' && NEAR.has(site))) {
    return 'csrf_fetch_site';
  }
  // Every browser sends it with every unsafe method: who leaves it out is none.
  if (origin === undefined || !rules.isAllowedOrigin(origin)) {
    return 'csrf_origin';
  }
  return typeof token === 'string' && rules.isToken(token) ? undefined : 'csrf_token';
}
