import { isIP, isIPv6 } from 'node:net';

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Some proxies write the client's port into X-Forwarded-For; each connection has another one. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d+)?$/i;

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * By what an address is counted: IPv4 by itself, IPv6 by its /64, because a single subscriber
 * has at least that many addresses to choose from (RFC 6177). All that are no address share one
 * name, so that nobody gains by making them up.
 */
export function clientNetwork(address: string): string {
  const [, ipv4, ipv6] = WITH_PORT.exec(address) ?? [];
  const bare = ipv4 ?? ipv6 ?? address;
  const known = IPV4_MAPPED.exec(bare)?.[1] ?? bare;
  if (isIPv6(known)) {
    return `${networkGroups(known).join(':')}::/64`;
  }
  return isIP(known) === 4 ? known : 'unknown';
}

/** The first four groups, written without leading zeros, so that one network has one spelling. */
function networkGroups(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: GROUPS - written }, () => '0');
  return [...before, ...zeros, ...after]
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''));
}
