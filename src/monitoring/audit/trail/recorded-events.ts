import type { SecurityEventName } from '../../../platform/events/security-event.js';

/**
 * Everything is kept but this: what strangers can send as often as they like, and what says nothing about who did
 * what. It is in the log, and a trail that anybody can fill is one in which nobody finds anything.
 */
const NOT_RECORDED: ReadonlySet<SecurityEventName> = new Set(['csp_violation', 'malicious_cors']);

/** Whether an event is worth a row of the audit trail. */
export function isRecorded(name: SecurityEventName): boolean {
  return !NOT_RECORDED.has(name);
}
