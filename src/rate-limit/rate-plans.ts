import { z } from 'zod';
import { rate, type Rate } from './rate.js';

const PLAN = /^(?<name>[a-z][a-z0-9_-]{0,31})=(?<rate>.+)$/;

/** Rates by name, for credentials that have one of their own. */
export class RatePlans {
  constructor(private readonly plans: ReadonlyMap<string, Rate>) {}

  get entries(): [name: string, rate: Rate][] {
    return [...this.plans];
  }

  toString(): string {
    return [...this.plans].map(([name, plan]) => `${name}=${String(plan)}`).join(',');
  }
}

/** `standard=1000/hour,high=20000/hour burst 500`. */
export function ratePlans() {
  return z.string('is required').transform((text, context): RatePlans => {
    const plans = new Map<string, Rate>();
    for (const entry of text.split(',')) {
      const { name = '', rate: value = '' } = PLAN.exec(entry.trim())?.groups ?? {};
      const parsed = rate().safeParse(value);
      if (!parsed.success || plans.has(name)) {
        context.addIssue('is not a list of different plans such as standard=1000/hour,high=20000/hour');
        return z.NEVER;
      }
      plans.set(name, parsed.data);
    }
    return new RatePlans(plans);
  });
}
