import { isIP } from 'node:net';
import { z } from 'zod';

/** How many in a row, or which; false for none. Fastify reads it so, too. */
export type TrustedProxies = number | string[] | false;

const MAX_HOPS = 10;
const HOPS = /^[1-9]\d?$/;

const PREFIX_LENGTH = /^[1-9]\d{0,2}$/;

/** No network of proxies is larger, and neither a half nor a quarter of everybody is one. */
const MIN_PREFIX_LENGTH = { 4: 8, 6: 7 } as const;

/** IPv4 addresses in the clothes of IPv6; a block of them is written as IPv4. */
const IPV4_MAPPED = /^::ffff:/i;

/**
 * A number of proxies, or their addresses and CIDR blocks. Whoever is trusted may say where a
 * request came from, so that a block of everybody (`0.0.0.0/0`) would let every caller choose
 * an address of its own for each request. A number trusts whoever connects: nobody but the
 * proxy may be able to.
 */
export function trustedProxies() {
  return z.string().transform((text, context): TrustedProxies => {
    if (HOPS.test(text) && Number(text) <= MAX_HOPS) {
      return Number(text);
    }
    const blocks = text.split(',').map((block) => block.trim());
    if (!blocks.every(isAddressOrBlock)) {
      context.addIssue(
        `is neither a number of proxies up to ${MAX_HOPS} nor a list of addresses and CIDR blocks of at most /8 (IPv6: /7)`,
      );
      return z.NEVER;
    }
    return blocks;
  });
}

function isAddressOrBlock(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address) as 0 | 4 | 6;
  if (version === 0 || rest.length > 0) {
    return false;
  }
  if (length === undefined) {
    return true;
  }
  const isOfUsualSize =
    PREFIX_LENGTH.test(length) &&
    Number(length) >= MIN_PREFIX_LENGTH[version] &&
    Number(length) <= (version === 4 ? 32 : 128);
  return isOfUsualSize && !IPV4_MAPPED.test(address);
}
