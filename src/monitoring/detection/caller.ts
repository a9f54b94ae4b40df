import { clientNetwork } from '../../platform/http/client-network.js';
import type { Circumstances } from '../../platform/http/request/circumstances.js';

/** From where: an IPv6 subscriber has more addresses than anybody can count, and only one network. */
export function addressIn({ address }: Pick<Circumstances, 'address'>): string {
  return `address:${clientNetwork(address)}`;
}

/** By whom one counts what a stranger may do as well. */
export function callerIn({ subject, address }: Pick<Circumstances, 'subject' | 'address'>): string {
  return subject === null ? addressIn({ address }) : `subject:${subject}`;
}
