import type { NoticeContact, NoticeContactKind } from './contacts/notice-contact.js';
import type { RecentCalls } from './deprecated-callers.js';

/** A contact of one of all tenants. */
export interface TenantContact extends NoticeContact {
  readonly tenantId: string;
}

/** One person or list, and what they are told about: the clients of one tenant. */
export interface Audience {
  readonly tenantId: string;
  /** What tells recipients apart: the address in lower case. */
  readonly recipient: string;
  /** As it was given; only the mail server of that domain knows whether case means something to it. */
  readonly email: string;
  readonly calls: readonly RecentCalls[];
}

export interface Audiences {
  readonly audiences: readonly Audience[];
  /** Calls of clients whose tenant has said nothing. */
  readonly unaddressed: readonly RecentCalls[];
}

/** Who is told of which calls: the contact of the key, else of the client, else of the subject, else of the tenant. */
export function planNotices(calls: readonly RecentCalls[], contacts: readonly TenantContact[]): Audiences {
  const byTarget = new Map(
    contacts.map(({ tenantId, kind, reference, email }) => [keyOf(tenantId, kind, reference), email]),
  );
  const audiences = new Map<string, Audience & { readonly calls: RecentCalls[] }>();
  const unaddressed: RecentCalls[] = [];
  for (const call of calls) {
    const { tenantId } = call;
    const email = targetsOf(call)
      .map(([kind, reference]) => byTarget.get(keyOf(tenantId, kind, reference)))
      .find((address) => address !== undefined);
    if (email === undefined) {
      unaddressed.push(call);
      continue;
    }
    const recipient = email.toLowerCase();
    const key = keyOf(tenantId, recipient);
    const audience = audiences.get(key) ?? { tenantId, recipient, email, calls: [] };
    audience.calls.push(call);
    audiences.set(key, audience);
  }
  return { audiences: [...audiences.values()], unaddressed };
}

function targetsOf({ keyId, clientId, subject }: RecentCalls): [NoticeContactKind, string][] {
  return [
    ['api_key', keyId],
    ['client', clientId],
    ['subject', subject],
    ['tenant', ''],
  ];
}

/** Of parts that may contain any sign: `["a","b"]` is another key than `["a,b"]`. */
function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
