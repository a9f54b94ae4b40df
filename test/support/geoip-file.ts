import { isIPv6 } from 'node:net';

/*
 * Writes databases in the format of MaxMind, version 2.0 (https://maxmind.github.io/MaxMind-DB/):
 * a binary tree over the bits of an address, what its leaves point to, and a map that describes it.
 */

/** Text, a map, or what is encoded already. */
type Value = string | Buffer | { readonly [key: string]: Value };

/** The types of the format that occur here. */
const TEXT = 2;
const UINT16 = 5;
const UINT32 = 6;
const MAP = 7;
const UINT64 = 9;
const ARRAY = 11;

const RECORD_BITS = 24;
const SEPARATOR = Buffer.alloc(16);
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** What lies behind the next bit: another node, an entry at that offset of the data, or nothing. */
type Branch = Node | number | undefined;
type Node = [zero: Branch, one: Branch];

/** What a database of countries says of a network. */
export const inCountry = (code: string): Value => ({ country: { iso_code: code } });

/**
 * A database of these networks, which must not overlap.
 * @param ipVersion 6 has room for both, with IPv4 under ::/96; 4 for IPv4 alone
 */
export function geoipFile(networks: Readonly<Record<string, Value>>, ipVersion: 4 | 6 = 6): Buffer {
  const root: Node = [undefined, undefined];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [network, value] of Object.entries(networks)) {
    const entry = encode(value);
    insert(root, bitsOf(network, ipVersion), offset);
    entries.push(entry);
    offset += entry.length;
  }
  const nodes = nodesBelow(root);
  const metadata = encode({
    binary_format_major_version: uint(UINT16, 2, 2),
    binary_format_minor_version: uint(UINT16, 2, 0),
    build_epoch: uint(UINT64, 8, 1_700_000_000),
    database_type: 'Test-Country',
    description: {},
    ip_version: uint(UINT16, 2, ipVersion),
    languages: field(ARRAY, 0),
    node_count: uint(UINT32, 4, nodes.length),
    record_size: uint(UINT16, 2, RECORD_BITS),
  });
  return Buffer.concat([searchTree(nodes), SEPARATOR, ...entries, METADATA_MARKER, metadata]);
}

function insert(root: Node, bits: readonly number[], offset: number): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const next = node[bit] ?? [undefined, undefined];
    if (typeof next === 'number') {
      throw new Error('networks overlap');
    }
    node[bit] = next;
    node = next;
  }
  node[bits.at(-1) ?? 0] = offset;
}

function nodesBelow(node: Node): Node[] {
  return [node, ...node.flatMap((branch) => (Array.isArray(branch) ? nodesBelow(branch) : []))];
}

/** Two numbers for each node: of another node, or beyond those of an entry. */
function searchTree(nodes: readonly Node[]): Buffer {
  const numbers = new Map(nodes.map((node, number) => [node, number]));
  const numberOf = (branch: Branch): number =>
    typeof branch === 'number'
      ? nodes.length + SEPARATOR.length + branch
      : ((branch && numbers.get(branch)) ?? nodes.length);
  return Buffer.concat(nodes.flatMap((node) => [...node].map((branch) => big(3, numberOf(branch)))));
}

/** The bits that all addresses of the network begin with. */
function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const [address = '', length] = network.split('/');
  const bytes = isIPv6(address) ? ipv6Bytes(address) : address.split('.').map(Number);
  const bits = bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => (byte >> place) & 1));
  const before = ipVersion === 6 && !isIPv6(address) ? Array.from({ length: 96 }, () => 0) : [];
  return [...before, ...bits.slice(0, Number(length))];
}

function ipv6Bytes(address: string): number[] {
  const [head = [], tail = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].flatMap((group) => [...big(2, Number.parseInt(group, 16))]);
}

function encode(value: Value): Buffer {
  if (Buffer.isBuffer(value)) {
    return value;
  }
  if (typeof value === 'string') {
    return field(TEXT, Buffer.byteLength(value), Buffer.from(value));
  }
  const members = Object.entries(value);
  return field(MAP, members.length, ...members.flat().map(encode));
}

function uint(type: number, size: number, value: number): Buffer {
  return field(type, size, big(size, value));
}

/** Three bits of type and five of size; types from 8 on have a byte of their own. Sizes from 29 on do not occur here. */
function field(type: number, size: number, ...content: readonly Buffer[]): Buffer {
  const control = type <= MAP ? [(type << 5) | size] : [size, type - MAP];
  return Buffer.concat([Buffer.from(control), ...content]);
}

function big(size: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(-size);
}
