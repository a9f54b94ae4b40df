import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import type { Problem, RuleContext } from '../../platform/config/config-slice.js';
import { connectionUrl } from '../../platform/config/setting-types.js';

/** The parameters of libpq that concern TLS and are understood here; every other one is refused. */
const MODE = 'sslmode';
const ROOT_CERTIFICATE = 'sslrootcert';

/**
 * The URL of a PostgreSQL database. Of libpq's ways to use TLS only two are honest: none, and
 * `sslmode=verify-full`. The others encrypt for whoever answers, and the driver reads some of
 * them differently from libpq.
 */
export function databaseUrl() {
  return connectionUrl('postgresql', 'postgres').refine((url) => tlsFault(url) === undefined, {
    error: ({ input }) => tlsFault(String(input)) ?? '',
  });
}

function tlsFault(url: string): string | undefined {
  const parameters = URL.parse(url)?.searchParams ?? new URLSearchParams();
  const names = [...parameters.keys()].filter((name) => /ssl|compat/i.test(name));
  if (names.some((name) => name !== MODE && name !== ROOT_CERTIFICATE)) {
    return `has a parameter for TLS that is not supported; use ${MODE} and ${ROOT_CERTIFICATE}`;
  }
  if (new Set(names).size < names.length) {
    return 'repeats a parameter for TLS';
  }
  if (!['disable', 'verify-full'].includes(parameters.get(MODE) ?? 'disable')) {
    return `has an ${MODE} that does not verify the server; use verify-full`;
  }
  const file = parameters.get(ROOT_CERTIFICATE);
  return file === null || isReadable(file)
    ? undefined
    : `names in ${ROOT_CERTIFICATE} a file that cannot be read`;
}

/** In production a database connection is verified or it is not made (P9.3), whichever role it is for. */
export function requireVerifiedTls(variable: string, url: string, { isProduction }: RuleContext): Problem[] {
  return isProduction && !isVerified(url)
    ? [{ variable, rule: `must say ${MODE}=verify-full in production` }]
    : [];
}

/**
 * What the driver gets for a URL. TLS is stated outright and taken out of the URL, so that
 * neither the driver's reading of it nor a variable such as PGSSLMODE can weaken it.
 */
export function connectionOptions(url: string): ClientConfig {
  const bare = new URL(url);
  const file = bare.searchParams.get(ROOT_CERTIFICATE);
  bare.searchParams.delete(MODE);
  bare.searchParams.delete(ROOT_CERTIFICATE);
  return {
    connectionString: bare.href,
    ssl: isVerified(url) && {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      // Absent: the authorities that Node trusts.
      ...(file !== null && { ca: readFileSync(file, 'utf8') }),
    },
  };
}

function isVerified(url: string): boolean {
  return new URL(url).searchParams.get(MODE) === 'verify-full';
}

function isReadable(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
