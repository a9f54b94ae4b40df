/** How many events found no way into the trail, and when they happened. */
export interface Loss {
  readonly count: number;
  readonly from: string;
  readonly to: string;
}

/** Counts a loss until somebody can be told of it. */
export class LostEvents {
  private loss: Loss | null = null;

  /** @returns whether it is the first since somebody was told */
  count(occurredAt: string): boolean {
    const isFirst = this.loss === null;
    const { count, from } = this.loss ?? { count: 0, from: occurredAt };
    this.loss = { count: count + 1, from, to: occurredAt };
    return isFirst;
  }

  /** What was lost since the last time, to be told now. */
  take(): Loss | null {
    const loss = this.loss;
    this.loss = null;
    return loss;
  }
}
