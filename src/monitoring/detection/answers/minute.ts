/** Answers of one minute, by all instances that share them or by one. */
export interface Minute {
  /** Minutes since the epoch. */
  readonly number: number;
  readonly answers: number;
  /** 4xx, but for what every address on the internet gets. */
  readonly refusals: number;
  /** 5xx. */
  readonly failures: number;
}

/** A minute under way is compared with so many before it. */
export const MINUTES_BEFORE = 10;

export const MINUTE_MILLISECONDS = 60_000;
