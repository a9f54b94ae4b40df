import { isIP } from 'node:net';
import { z } from 'zod';

/** How many in a row, or which; false for none. Fastify reads it so, too. */
export type TrustedProxies = number | string[] | false;

const MAX_HOPS = 10;
const HOPS = /^[1-9]\d?$/;

/** At least one bit: no block contains everybody. */
const PREFIX_LENGTH = /^[1-9]\d{0,2}$/;

/**
 * A number of proxies, or their addresses and CIDR blocks. Whoever is trusted may say where a
 * request came from, so that a block of everybody (`0.0.0.0/0`) would let every caller choose
 * an address of its own for each request.
 */
export function trustedProxies() {
  return z.string().transform((text, context): TrustedProxies => {
    if (HOPS.test(text) && Number(text) <= MAX_HOPS) {
      return Number(text);
    }
    const blocks = text.split(',').map((block) => block.trim());
    if (!blocks.every(isAddressOrBlock)) {
      context.addIssue(
        `is neither a number of proxies up to ${MAX_HOPS} nor a list of addresses and CIDR blocks`,
      );
      return z.NEVER;
    }
    return blocks;
  });
}

function isAddressOrBlock(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  if (isIP(address) === 0 || rest.length > 0) {
    return false;
  }
  return length === undefined || (PREFIX_LENGTH.test(length) && Number(length) <= bits);
}
