import { BlockList, isIP } from 'node:net';

/** Networks of such a size are one place: a site, an office, a household. */
const PREFIX_LENGTH = { 4: 24, 6: 48 } as const;

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address or a CIDR block, such as `203.0.113.7` or `2001:db8::/32`, in which no bit is left over. */
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
  const plain = plainAddress(address);
  const family = isIP(plain);
  return family !== 0 && listOf(networks, family).check(plain, family === 6 ? 'ipv6' : 'ipv4');
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
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) === 4) {
    return `${plain.split('.').slice(0, 3).join('.')}.0/${PREFIX_LENGTH[4]}`;
  }
  const groups = expanded(plain).slice(0, PREFIX_LENGTH[6] / 16);
  return `${groups.join(':')}::/${PREFIX_LENGTH[6]}`;
}

function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, '');
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expanded(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...right].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
