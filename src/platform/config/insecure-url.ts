import { isLoopbackHost } from './loopback-host.js';

/**
 * Why a URL is not safe enough to be relied on, or null. Plaintext lets anyone on the way read
 * and replace what is exchanged; it is tolerated towards this very machine only.
 */
export function insecureUrlRule(url: string, isProduction: boolean): string | null {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') {
    return null;
  }
  if (isProduction) {
    return 'must be an https URL in production';
  }
  return isLoopbackHost(hostname) ? null : 'must be an https URL unless it is on loopback';
}
