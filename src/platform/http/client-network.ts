import { clientAddress, ipv6Network } from './client-address.js';

/** Of 16 bits each. */
const NETWORK_GROUPS = 4;

/**
 * By what an address is counted: IPv4 by itself, IPv6 by its /64, because a single subscriber
 * has at least that many addresses to choose from (RFC 6177). All that are no address share one
 * name, so that nobody gains by making them up.
 */
export function clientNetwork(text: string): string {
  const address = clientAddress(text);
  return address === null ? 'unknown' : ipv6Network(address, NETWORK_GROUPS);
}
