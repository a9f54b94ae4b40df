/**
 * A browser keeps a cookie of this prefix only when it was set over TLS (or on loopback), by this
 * very host and for all of it: neither a neighbour under the same domain nor somebody on the way
 * can plant one (RFC 6265bis §4.1.3.2).
 */
const HOST_PREFIX = '__Host-';

/** HttpOnly: no script reads it. Lax: no request that another site starts carries it, but a link does. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The whole name of a host cookie. */
export function hostCookieName(name: string): string {
  return HOST_PREFIX + name;
}

/**
 * The value of `Set-Cookie` for a host cookie.
 * @param maxAgeSeconds absent: until the browser is closed
 */
export function hostCookie(name: string, value: string, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${hostCookieName(name)}=${value}; ${ATTRIBUTES}${lifetime}`;
}

/** The value of `Set-Cookie` that takes a host cookie away. */
export function removedHostCookie(name: string): string {
  return hostCookie(name, '', 0);
}

/** The cookies of a request, in the order sent; a name that comes twice is there twice. */
export function readCookies(header: string | undefined): (readonly [name: string, value: string])[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals === -1 ? [] : [[trimmed(pair.slice(0, equals)), trimmed(pair.slice(equals + 1))] as const];
  });
}

/**
 * Only what a browser strips itself (RFC 6265bis §5.6). JavaScript's `trim` takes a no-break space
 * away as well: a neighbour could set a cookie whose name begins with one, which no browser
 * takes for a host cookie, and we would.
 */
function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** Every value of the host cookie of that name; more than one means that somebody meddles. */
export function hostCookieValues(header: string | undefined, name: string): string[] {
  const wanted = hostCookieName(name);
  return readCookies(header).flatMap(([found, value]) => (found === wanted ? [value] : []));
}
