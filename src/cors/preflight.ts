import type { RouteRule } from './route-rules.js';

/** What a browser asks before a request of another origin (Fetch §3.3.2). */
export interface PreflightQuestion {
  readonly origin: string;
  readonly method: string;
  /** The value of `Access-Control-Request-Headers`; absent when no further header is wanted. */
  readonly headers: string | undefined;
}

export type PreflightAnswer =
  | {
      readonly isAllowed: true;
      readonly origin: string;
      readonly methods: string[];
      readonly headers: string[];
    }
  | { readonly isAllowed: false; readonly reason: 'origin' | 'method' | 'headers' };

/** A header list of such a length is no browser's. */
const MAX_HEADER_LIST_LENGTH = 1000;

/**
 * Answers a preflight for one URL. Everything or nothing: a browser that gets half of what it asked
 * for does not send the request either, and who asks for more than a route serves learns nothing.
 *
 * @param rules the rules of the URL, by method
 */
export function answerPreflight(
  { origin, method, headers }: PreflightQuestion,
  rules: ReadonlyMap<string, RouteRule>,
  isAllowedOrigin: (origin: string) => boolean,
): PreflightAnswer {
  const rule = rules.get(method === 'HEAD' ? 'GET' : method);
  const isOpen = rule?.policy === 'any' || (rule?.policy === 'allowed' && isAllowedOrigin(origin));
  if (!rule || !isOpen) {
    return { isAllowed: false, reason: rule || !isAllowedOrigin(origin) ? 'origin' : 'method' };
  }
  const isTooLong = headers !== undefined && headers.length > MAX_HEADER_LIST_LENGTH;
  if (isTooLong || !namesIn(headers).every((name) => rule.requestHeaders.includes(name))) {
    return { isAllowed: false, reason: 'headers' };
  }
  const methods = [...rules].filter(([, { policy }]) => policy === rule.policy).map(([name]) => name);
  return {
    isAllowed: true,
    origin: rule.policy === 'any' ? '*' : origin,
    methods,
    headers: [...rule.requestHeaders],
  };
}

function namesIn(list = ''): string[] {
  return list.trim() === '' ? [] : list.split(',').map((name) => name.trim().toLowerCase());
}
