import type { Counted } from './sighting-counts.js';

/** Counts what rules have seen, for one instance or for all of them. Never rejects, and never waits for long. */
export interface SightingStore {
  /** Counts a member in, and says how many different ones the window holds now; never more than the threshold. */
  count(counted: Counted, nowMilliseconds: number): Promise<number>;
}

export const SightingStore = Symbol('SightingStore');
