import { SightingCounts, type Counted } from './sighting-counts.js';
import type { SightingStore } from './sighting-store.js';

/** What this instance has seen. */
export class MemorySightingStore implements SightingStore {
  /** By rule, so that a flood of one kind pushes out no count of another: the rules are few. */
  private readonly byRule = new Map<string, SightingCounts>();

  count(counted: Counted, nowMilliseconds: number): Promise<number> {
    const { rule } = counted;
    const counts = this.byRule.get(rule) ?? new SightingCounts();
    this.byRule.set(rule, counts);
    return Promise.resolve(counts.count(counted, nowMilliseconds));
  }
}
