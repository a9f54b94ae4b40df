/** The announced end of a version or of a single route. Pure dates; who they belong to, others say. */
export interface Deprecation {
  /** From then on callers are told. */
  readonly announcedAt: Date;
  /** From then on nothing is served any more. */
  readonly sunsetAt: Date;
}

/** `current` also before an announcement: nobody is told of a plan that may change. */
export type Phase = 'current' | 'deprecated' | 'sunset';

const NOTICE_MONTHS = 12;

export function phaseOf({ announcedAt, sunsetAt }: Deprecation, nowMilliseconds: number): Phase {
  if (nowMilliseconds >= sunsetAt.getTime()) {
    return 'sunset';
  }
  return nowMilliseconds >= announcedAt.getTime() ? 'deprecated' : 'current';
}

/**
 * What is wrong with the dates of a deprecation, or null. It compares them with each other and
 * never with the clock: what was right at the announcement stays right.
 */
export function faultOf({ announcedAt, sunsetAt }: Deprecation): string | null {
  if (sunsetAt <= announcedAt) {
    return 'is not after the announcement';
  }
  const earliest = monthsAfter(announcedAt, NOTICE_MONTHS);
  return sunsetAt < earliest
    ? `gives less than ${NOTICE_MONTHS} months of notice: not before ${dayOf(earliest)}`
    : null;
}

/** The same day so many months later or earlier, or the last one of a month that is too short for it. */
export function monthsAfter(date: Date, months: number): Date {
  const moved = new Date(date);
  moved.setUTCMonth(date.getUTCMonth() + months);
  if (moved.getUTCDate() !== date.getUTCDate()) {
    moved.setUTCDate(0);
  }
  return moved;
}

/** The day in UTC, such as 2027-06-30. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
