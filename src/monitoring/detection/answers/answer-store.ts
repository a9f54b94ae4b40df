import type { Minute } from './minute.js';

/** Adds up what instances have answered. Never rejects, and never waits for long. */
export interface AnswerStore {
  /** Adds to a minute. @returns that minute and those before it, as far as they had answers, in any order */
  add(minute: Minute): Promise<readonly Minute[]>;
}

export const AnswerStore = Symbol('AnswerStore');
