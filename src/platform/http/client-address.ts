import { isIP, isIPv6 } from 'node:net';

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Some proxies write the client's port into X-Forwarded-For; each connection has another one. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d+)?$/i;

const GROUPS = 8;

/**
 * The address itself: without a port, without a zone, and IPv4 as such. Null for what is no address,
 * which a caller may have made up.
 */
export function clientAddress(text: string): string | null {
  const [, ipv4, ipv6] = WITH_PORT.exec(text) ?? [];
  const bare = (ipv4 ?? ipv6 ?? text).split('%')[0] ?? '';
  const address = IPV4_MAPPED.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? null : address;
}

/**
 * The network of that size that an IPv6 address lies in, in one spelling; an IPv4 address as it is.
 * @param groups of 16 bits each
 */
export function ipv6Network(address: string, groups: number): string {
  return isIPv6(address) ? `${ipv6Groups(address).slice(0, groups).join(':')}::/${groups * 16}` : address;
}

/** The eight groups, written without leading zeros. */
function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: GROUPS - written }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}
