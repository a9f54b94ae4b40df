import { z } from 'zod';

/** A dot or a slash in disguise: what a proxy or a server behind it may read as a step upwards. */
const DISGUISED_STEP = /%2e|%2f|%5c|\\/i;

/** Absolute http(s) URLs without query, fragment and credentials, separated by commas. */
export function returnUrls() {
  return z.string().transform((text, context) => {
    const urls = text.split(',').map((entry) => parsePlainUrl(entry.trim()));
    if (urls.some((url) => url === null || `${url.search}${url.hash}` !== '')) {
      context.addIssue('is not a list of absolute http or https URLs without query and fragment');
      return z.NEVER;
    }
    return urls as readonly URL[];
  });
}

/**
 * Where a browser is sent after log-in, or undefined for a place that is not on the list. An open
 * redirect would lend this API's good name to whoever writes the link (RFC 9700 §4.11.2).
 *
 * @param wanted what the request asks for; absent: the first of the list
 * @param ownOrigin what a path without an origin belongs to
 */
export function chooseReturnUrl(
  wanted: string | undefined,
  allowed: readonly URL[],
  ownOrigin?: string,
): string | undefined {
  if (wanted === undefined) {
    return allowed[0]?.href;
  }
  const url = parsePlainUrl(wanted, ownOrigin);
  return url && allowed.some((one) => isWithin(url, one)) ? url.href : undefined;
}

function isWithin(url: URL, allowed: URL): boolean {
  const isBelow = allowed.pathname.endsWith('/') && url.pathname.startsWith(allowed.pathname);
  return url.origin === allowed.origin && (url.pathname === allowed.pathname || isBelow);
}

function parsePlainUrl(text: string, origin?: string): URL | null {
  const url = DISGUISED_STEP.test(text.split(/[?#]/)[0] ?? '') ? null : URL.parse(text, origin);
  const isPlain = url && /^https?:$/.test(url.protocol) && `${url.username}${url.password}` === '';
  return isPlain ? url : null;
}
