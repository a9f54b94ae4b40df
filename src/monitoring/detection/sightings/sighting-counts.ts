/** What is counted, and how. */
export interface Counted {
  readonly rule: string;
  /** Names the tenant and whom it is about. */
  readonly key: string;
  /** The same member counts once. */
  readonly member: string;
  readonly windowSeconds: number;
  /** More than so many are not told apart. */
  readonly threshold: number;
}

/** More than any one attack needs; an attacker who makes up keys pushes out the oldest, not the memory's bound. */
const MAX_KEYS = 10_000;

/** How many different members were seen under a key within a window that slides; bounded, whoever calls. */
export class SightingCounts {
  /** By key, least recently seen first; within a key by member, least recently seen first. */
  private readonly seen = new Map<string, Map<string, number>>();

  constructor(private readonly maxKeys = MAX_KEYS) {}

  /** Counts a member in, and says how many there are now; never more than the threshold. */
  count({ key, member, windowSeconds, threshold }: Omit<Counted, 'rule'>, nowMilliseconds: number): number {
    const members = this.touch(key);
    members.delete(member);
    members.set(member, nowMilliseconds);
    const since = nowMilliseconds - windowSeconds * 1000;
    for (const [oldest, at] of members) {
      if (at > since && members.size <= threshold) {
        break;
      }
      members.delete(oldest);
    }
    return members.size;
  }

  private touch(key: string): Map<string, number> {
    const members = this.seen.get(key) ?? new Map<string, number>();
    this.seen.delete(key);
    this.seen.set(key, members);
    if (this.seen.size > this.maxKeys) {
      this.seen.delete(this.seen.keys().next().value as string);
    }
    return members;
  }
}
