import { Clock } from '../../src/platform/clock/clock.js';

/** A clock that stands where it is put, on the real time otherwise, and moves only when a test moves it. */
export class TestClock extends Clock {
  private milliseconds: number;

  /** @param now a moment such as `2026-03-01T12:00:00Z` */
  constructor(now?: string) {
    super();
    this.milliseconds = now === undefined ? Date.now() : Date.parse(now);
  }

  override nowMilliseconds(): number {
    return this.milliseconds;
  }

  moveTo(now: string): void {
    this.milliseconds = Date.parse(now);
  }

  advanceSeconds(seconds: number): void {
    this.milliseconds += seconds * 1000;
  }
}

/** A clock that goes on by itself, for a world in which others have the real time. */
export class RunningClock extends TestClock {
  override nowMilliseconds(): number {
    return Date.now();
  }
}
