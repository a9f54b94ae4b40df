import { BlockList, isIP } from 'node:net';
import { clientAddress, ipv6Network } from '../platform/http/client-address.js';

/** Of 16 bits each: networks of such a size are one place, a site, an office, a household. */
const IPV6_GROUPS = 3;

/** An address or a CIDR block, such as `203.0.113.7` or `2001:db8::/32`. */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  const isPlain = family !== 0 && rest.length === 0 && !address.includes('%') && !/^::ffff:/i.test(address);
  if (!isPlain || length === undefined) {
    return isPlain;
  }
  return /^(0|[1-9]\d{0,2})$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}

/** Whether an address is in one of the networks; no network at all means from anywhere. */
export function isAllowedFrom(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) {
    return true;
  }
  const plain = clientAddress(address);
  const family = isIP(plain ?? '');
  return plain !== null && listOf(networks, family).check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Made once for each list, of one family: to a BlockList `::/0` would contain IPv4, too. */
const lists = new WeakMap<readonly string[], Map<number, BlockList>>();

function listOf(networks: readonly string[], family: number): BlockList {
  const known = lists.get(networks) ?? new Map<number, BlockList>();
  lists.set(networks, known);
  let list = known.get(family);
  if (!list) {
    list = new BlockList();
    for (const { start, bits } of networks.map(parse).filter((one) => isIP(one.start) === family)) {
      list.addSubnet(start, bits, family === 6 ? 'ipv6' : 'ipv4');
    }
    known.set(family, list);
  }
  return list;
}

/** Whether every address of the inner network lies in one of the outer ones. */
export function isNetworkWithin(inner: string, outer: readonly string[]): boolean {
  const { start, bits } = parse(inner);
  return outer.some((network) => parse(network).bits <= bits && isAllowedFrom(start, [network]));
}

function parse(network: string): { start: string; bits: number } {
  const [start = '', length] = network.split('/');
  return { start, bits: Number(length ?? (isIP(start) === 6 ? 128 : 32)) };
}

/** The network that an address belongs to, as it is remembered: /24, or /48 for IPv6. */
export function networkOf(text: string): string {
  const address = clientAddress(text);
  if (address === null) {
    return 'unknown';
  }
  return isIP(address) === 4
    ? `${address.split('.').slice(0, 3).join('.')}.0/24`
    : ipv6Network(address, IPV6_GROUPS);
}
