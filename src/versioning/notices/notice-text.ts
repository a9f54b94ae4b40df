import type { VersionDeprecation } from '../api-versions.js';
import { dayOf } from '../deprecation.js';
import type { RecentCalls } from './deprecated-callers.js';

/** What a notice is about, and who gets it. */
export interface NoticeSubject {
  readonly version: string;
  readonly deprecation: VersionDeprecation;
  readonly tenantId: string;
  readonly calls: readonly RecentCalls[];
  /** How many days the calls go back. */
  readonly callDays: number;
  /** Where the API and its guides are. */
  readonly publicOrigin: string;
  readonly guideUrl: string;
}

/** More would not be read, and some mail servers would not take it. */
const MAX_LISTED_CALLS = 100;
const MAX_NAME_CHARACTERS = 255;

/** Control and format characters, separators of lines, halves of characters. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The one line that may stand in a header: nothing in it comes from a caller. */
export function noticeTitle({ version, deprecation, publicOrigin }: NoticeSubject): string {
  return `/v${version} of ${new URL(publicOrigin).host} ends on ${dayOf(deprecation.sunsetAt)}`;
}

export function noticeText(subject: NoticeSubject): string {
  const { version, deprecation, tenantId, calls, callDays, publicOrigin, guideUrl } = subject;
  return [
    `Version ${version} of the API at ${publicOrigin} ends on ${dayOf(deprecation.sunsetAt)} (UTC).`,
    `From then on every request to /v${version} is answered with 410, and nothing is read or written.`,
    '',
    `In the last ${callDays} days these clients of the tenant ${printable(tenantId)} called it:`,
    ...callLines(calls),
    '',
    `Call /v${deprecation.successor} instead. What changes, and how to move:`,
    guideUrl,
    '',
    `You get this because your address is the contact of these clients. It stops by itself: once none of`,
    `them has called /v${version} for ${callDays} days, nothing more is sent. An administrator of the tenant says who is`,
    'told, in /v2/admin/notice-contacts.',
    '',
  ].join('\n');
}

function callLines(calls: readonly RecentCalls[]): string[] {
  const listed = calls.slice(0, MAX_LISTED_CALLS);
  const lines = listed.flatMap((call, index) => {
    const caller = callerOf(call);
    const isSame = index > 0 && callerOf(listed[index - 1]!) === caller;
    return [...(isSame ? [] : ['', `  ${caller}`]), `    ${callOf(call)}`];
  });
  const more = calls.length - listed.length;
  return more === 0 ? lines : [...lines, '', `  and ${more} more`];
}

/** Who called: `API key 0a1b…, subject user-1`. */
export function callerOf({ keyId, clientId, subject }: RecentCalls): string {
  const parts = [
    ['API key', keyId],
    ['client', clientId],
    ['subject', subject],
  ];
  const known = parts.filter(([, name]) => name !== '');
  return known.map(([kind, name]) => `${kind} ${printable(name ?? '')}`).join(', ') || 'an unnamed caller';
}

function callOf({ method, route, count, lastSeenAt }: RecentCalls): string {
  const times = count === 1 ? 'once' : `${count} times`;
  return `${printable(method)} ${printable(route)}: ${times}, last on ${dayOf(lastSeenAt)}`;
}

/** On one line, and reading as what it says: a name could otherwise end the list and begin a text of its own. */
export function printable(name: string): string {
  return name.slice(0, MAX_NAME_CHARACTERS).replaceAll(UNPRINTABLE, '?');
}
