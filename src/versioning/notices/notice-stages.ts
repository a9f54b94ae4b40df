import { monthsAfter, phaseOf, type Deprecation } from '../deprecation.js';

/** The occasions on which owners of clients are told, the first one first. */
const NOTICE_STAGES = ['announcement', 'six_months', 'three_months', 'one_month', 'one_week'] as const;

export type NoticeStage = (typeof NOTICE_STAGES)[number];

const WEEK_MILLISECONDS = 604_800_000;

const BEGINNINGS: Readonly<Record<NoticeStage, (deprecation: Deprecation) => Date>> = {
  announcement: ({ announcedAt }) => announcedAt,
  six_months: ({ sunsetAt }) => monthsAfter(sunsetAt, -6),
  three_months: ({ sunsetAt }) => monthsAfter(sunsetAt, -3),
  one_month: ({ sunsetAt }) => monthsAfter(sunsetAt, -1),
  one_week: ({ sunsetAt }) => new Date(sunsetAt.getTime() - WEEK_MILLISECONDS),
};

/**
 * The stage that is due: the last one that has begun, so that a run that comes late tells only what
 * is true now and never what it missed. None before the announcement, and none after the end.
 */
export function stageAt(deprecation: Deprecation, nowMilliseconds: number): NoticeStage | null {
  if (phaseOf(deprecation, nowMilliseconds) !== 'deprecated') {
    return null;
  }
  const hasBegun = (stage: NoticeStage): boolean =>
    BEGINNINGS[stage](deprecation).getTime() <= nowMilliseconds;
  return NOTICE_STAGES.findLast(hasBegun) ?? null;
}
