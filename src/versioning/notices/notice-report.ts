import type { RecentCalls } from './deprecated-callers.js';
import type { Mail } from '../../platform/mail/mail-transport.js';
import type { NoticeKey } from './notice-claims.js';
import { callerOf, printable } from './notice-text.js';

/** A notice that was not sent, and why. */
export interface NoticeFault {
  readonly notice: NoticeKey;
  readonly reason: string;
}

/** What became of one run. */
export interface NoticeReport {
  readonly sent: NoticeKey[];
  /** In a dry run: what would have been sent. */
  readonly planned: Mail[];
  readonly refused: NoticeFault[];
  /** What may have been sent and may not: by this run, or by one that ended before it could say so. */
  readonly uncertain: NoticeFault[];
  /** Calls of clients for whom nobody can be told. */
  readonly unaddressed: RecentCalls[];
  /** How many were sent by earlier runs. */
  sentBefore: number;
  /** How many somebody else is sending at this moment. */
  underWay: number;
  /** How many were left because the run was told to stop. */
  outstanding: number;
}

const MAX_SHOWN = 50;

export function emptyReport(): NoticeReport {
  return {
    sent: [],
    planned: [],
    refused: [],
    uncertain: [],
    unaddressed: [],
    sentBefore: 0,
    underWay: 0,
    outstanding: 0,
  };
}

/** Whether everything that is due was sent, or is being sent by somebody else. */
export function isComplete({ refused, uncertain, outstanding }: NoticeReport): boolean {
  return refused.length + uncertain.length + outstanding === 0;
}

/** For the operator: counts first, then whatever somebody has to look at. */
export function describeReport(report: NoticeReport): string {
  const { sent, planned, refused, uncertain, unaddressed, sentBefore, underWay, outstanding } = report;
  const callers = [...new Set(unaddressed.map((call) => `${printable(call.tenantId)}: ${callerOf(call)}`))];
  return [
    ...planned.map(({ to, subject, text }) => `To: ${to}\nSubject: ${subject}\n\n${text}`),
    `Notices sent: ${sent.length}, would be sent: ${planned.length}, sent before: ${sentBefore}, being sent by another run: ${underWay}.`,
    ...section('Sent', sent.map(nameOf)),
    ...section('Refused, and tried again by the next run', refused.map(describeFault)),
    ...section(
      'Uncertain, and not sent again without --retry-uncertain, which may send them twice',
      uncertain.map(describeFault),
    ),
    ...section('Nobody can be told, because the tenant names no contact', callers),
    ...(outstanding === 0 ? [] : [`Stopped with ${outstanding} outstanding: run it again to go on.`]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, MAX_SHOWN).map((line) => `  ${line}`);
  const more = lines.length - shown.length;
  return lines.length === 0 ? [] : [`${title}:`, ...shown, ...(more === 0 ? [] : [`  and ${more} more`])];
}

/** A scheduler keeps what it is told: enough of the address to recognise it, and no more. */
function nameOf({ tenantId, version, stage, recipient }: NoticeKey): string {
  const masked = recipient.replace(/^(.).*@/, '$1***@');
  return `/v${version} ${stage} for ${printable(tenantId)} to ${masked}`;
}

function describeFault({ notice, reason }: NoticeFault): string {
  // The reason is what a mail server has said.
  return `${nameOf(notice)}: ${printable(reason)}`;
}
