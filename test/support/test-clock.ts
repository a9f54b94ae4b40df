import { Clock } from '../../src/platform/clock/clock.js';

/** A clock that stands on the real time at its creation and moves only when a test moves it. */
export class TestClock extends Clock {
  private milliseconds = Date.now();

  override nowMilliseconds(): number {
    return this.milliseconds;
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
