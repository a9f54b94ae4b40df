import type { Circumstances } from '../../platform/http/request/circumstances.js';

/** By whom one counts what a stranger may do as well. */
export function callerIn({ subject, address }: Pick<Circumstances, 'subject' | 'address'>): string {
  return subject === null ? `address:${address}` : `subject:${subject}`;
}
