import type { AnswerStore } from './answer-store.js';
import { MINUTES_BEFORE, type Minute } from './minute.js';

/** What this instance has answered. */
export class MemoryAnswerStore implements AnswerStore {
  private minutes: readonly Minute[] = [];

  add(minute: Minute): Promise<readonly Minute[]> {
    const { number } = minute;
    const so = this.minutes.find((one) => one.number === number);
    this.minutes = [
      ...this.minutes.filter((one) => one.number < number && one.number >= number - MINUTES_BEFORE),
      {
        number,
        answers: minute.answers + (so?.answers ?? 0),
        refusals: minute.refusals + (so?.refusals ?? 0),
        failures: minute.failures + (so?.failures ?? 0),
      },
    ];
    return Promise.resolve(this.minutes);
  }
}
