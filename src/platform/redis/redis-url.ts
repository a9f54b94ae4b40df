import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import type { Problem, RuleContext } from '../config/config-slice.js';
import { isLoopbackHost } from '../config/loopback-host.js';
import { connectionUrl } from '../config/setting-types.js';

/** A file with the authority of the server's certificate, in the word of other clients. */
const ROOT_CERTIFICATE = 'ssl_ca_certs';

/** The client takes any option from the URL, an empty `tls` included, which would switch TLS off. */
const PARAMETERS: readonly string[] = ['family', ROOT_CERTIFICATE];

/** The URL of a Redis: `rediss://` verifies the server, `redis://` is plaintext, and nothing lies between. */
export function redisUrl() {
  return connectionUrl('redis', 'rediss').refine((url) => tlsFault(url) === undefined, {
    error: ({ input }) => tlsFault(String(input)) ?? '',
  });
}

function tlsFault(url: string): string | undefined {
  const { protocol, searchParams } = new URL(URL.canParse(url) ? url : 'redis://absent');
  const names = [...searchParams.keys()];
  if (names.some((name) => !PARAMETERS.includes(name)) || new Set(names).size < names.length) {
    return `has a parameter that is not supported; use ${PARAMETERS.join(' and ')}, each once`;
  }
  const file = searchParams.get(ROOT_CERTIFICATE);
  if (file === null) {
    return undefined;
  }
  if (protocol !== 'rediss:') {
    return `names an authority in ${ROOT_CERTIFICATE} for a connection without TLS`;
  }
  return isReadable(file) ? undefined : `names in ${ROOT_CERTIFICATE} a file that cannot be read`;
}

/** In production what instances share leaves this machine encrypted, for a server that is verified, or not at all. */
export function requireTls(variable: string, url: string | undefined, context: RuleContext): Problem[] {
  if (!context.isProduction || url === undefined) {
    return [];
  }
  const { protocol, hostname } = new URL(url);
  return protocol === 'rediss:' || isLoopbackHost(hostname)
    ? []
    : [{ variable, rule: 'must be a rediss URL in production, unless it is on loopback' }];
}

/** What the client gets for a URL: TLS is stated outright, so that no variable of Node weakens it. */
export function connectionOptions(url: string): { bareUrl: string; tls: Pick<RedisOptions, 'tls'> } {
  const bare = new URL(url);
  const file = bare.searchParams.get(ROOT_CERTIFICATE);
  bare.searchParams.delete(ROOT_CERTIFICATE);
  const tls = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    // Absent: the authorities that Node trusts.
    ...(file !== null && { ca: readFileSync(file, 'utf8') }),
  } as const;
  return { bareUrl: bare.href, tls: bare.protocol === 'rediss:' ? { tls } : {} };
}

function isReadable(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
