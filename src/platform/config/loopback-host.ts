import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Names and addresses that never leave this machine (RFC 6761 §6.3); an IPv6 address with or without brackets. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[(.+)\]$/, '$1').toLowerCase();
  const family = isIP(name);
  if (family === 0) {
    return name === 'localhost' || name.endsWith('.localhost');
  }
  return LOOPBACK.check(name, family === 4 ? 'ipv4' : 'ipv6');
}
