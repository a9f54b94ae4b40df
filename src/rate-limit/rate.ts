import { z } from 'zod';
import type { BucketPolicy } from './buckets/token-bucket.js';

const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

const RATE = /^(?<count>[1-9]\d{0,8})\/(?<unit>second|minute|hour|day)( burst (?<burst>[1-9]\d{0,8}))?$/;

/** So many requests in a unit of time, and how many of them may come at once. */
export class Rate {
  constructor(
    readonly count: number,
    readonly unit: keyof typeof SECONDS,
    /** As many as `count` unless it is said. */
    readonly burst: number,
  ) {}

  /** The unit in seconds, as the header RateLimit-Policy names it. */
  get windowSeconds(): number {
    return SECONDS[this.unit];
  }

  /** The bucket that admits this rate. */
  toPolicy(name: string): BucketPolicy {
    return { name, capacity: this.burst, refillPerSecond: this.count / this.windowSeconds };
  }

  toString(): string {
    return `${this.count}/${this.unit}${this.burst === this.count ? '' : ` burst ${this.burst}`}`;
  }
}

/** `60/hour`, or `600/minute burst 20`: read together with its unit, since a number alone is half a limit. */
export function rate() {
  return z.string('is required').transform((text, context): Rate => {
    const { count, unit, burst = count } = RATE.exec(text)?.groups ?? {};
    if (unit === undefined) {
      context.addIssue('is not a rate such as 60/hour or 600/minute burst 20');
      return z.NEVER;
    }
    return new Rate(Number(count), unit as keyof typeof SECONDS, Number(burst));
  });
}
