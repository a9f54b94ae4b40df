const MINUTE_MILLISECONDS = 60_000;
const MINUTES_BEFORE = 10;
/** As many times the share of the minutes before is a jump. */
const FACTOR = 3;

interface Minute {
  readonly number: number;
  answers: number;
  errors: number;
}

/** How many answers of the minute under way are errors, against the ten minutes before. Memory and work are constant. */
export class ErrorShare {
  private readonly minutes: Minute[] = [];

  constructor(private readonly bounds: { readonly minErrors: number; readonly minShare: number }) {}

  /** @returns the errors of this minute when they are a jump, otherwise 0 */
  count(isError: boolean, nowMilliseconds: number): number {
    const minute = this.minuteOf(Math.floor(nowMilliseconds / MINUTE_MILLISECONDS));
    minute.answers += 1;
    minute.errors += isError ? 1 : 0;
    return isError && this.isJump(minute) ? minute.errors : 0;
  }

  private isJump({ number, answers, errors }: Minute): boolean {
    const share = errors / answers;
    if (errors < this.bounds.minErrors || share < this.bounds.minShare) {
      return false;
    }
    const before = this.minutes.filter(
      (minute) => minute.number < number && minute.number >= number - MINUTES_BEFORE,
    );
    const answersBefore = before.reduce((sum, minute) => sum + minute.answers, 0);
    const errorsBefore = before.reduce((sum, minute) => sum + minute.errors, 0);
    return answersBefore === 0 || share >= FACTOR * (errorsBefore / answersBefore);
  }

  private minuteOf(number: number): Minute {
    const last = this.minutes.at(-1);
    if (last?.number === number) {
      return last;
    }
    const minute = { number, answers: 0, errors: 0 };
    this.minutes.push(minute);
    if (this.minutes.length > MINUTES_BEFORE + 1) {
      this.minutes.shift();
    }
    return minute;
  }
}
