import { Logger } from '@nestjs/common';
import type { BucketStore } from './bucket-store.js';
import type { BucketDecision, BucketPolicy } from './token-bucket.js';

/** While the shared store is away, one request in this time tries it again. */
const PROBE_INTERVAL_MILLISECONDS = 500;

/**
 * The shared store while it answers, and otherwise buckets of this instance with a share of
 * each limit: never an error, and never without a limit. The share is what keeps many
 * instances together near what one would admit.
 */
export class DegradingBucketStore implements BucketStore {
  private readonly logger = new Logger(DegradingBucketStore.name);
  private readonly reducedPolicies = new WeakMap<BucketPolicy, BucketPolicy>();
  private degraded = false;
  private mayProbe = true;
  /** Goes up with each recovery: what was asked before one says nothing about the time after it. */
  private era = 0;
  private nextProbe: NodeJS.Timeout | undefined;

  /** How often the shared store was lost since the start. */
  lossCount = 0;

  constructor(
    private readonly shared: BucketStore,
    private readonly local: BucketStore,
    private readonly localShare: number,
  ) {}

  get isDegraded(): boolean {
    return this.degraded;
  }

  async take(key: string, cost: number, policy: BucketPolicy): Promise<BucketDecision> {
    if (this.degraded && !this.mayProbe) {
      return this.takeLocally(key, cost, policy);
    }
    const { degraded: isProbe, era } = this;
    this.mayProbe = !isProbe;
    try {
      const decision = await this.shared.take(key, cost, policy);
      if (isProbe) {
        this.noteRecovery(); // an answer that was under way at the loss says nothing about the time after it
      }
      return decision;
    } catch (error) {
      this.noteLoss(error, era);
      return this.takeLocally(key, cost, policy);
    }
  }

  private takeLocally(
    key: string,
    cost: number,
    policy: BucketPolicy,
  ): BucketDecision | Promise<BucketDecision> {
    return this.local.take(key, cost, this.reduced(policy));
  }

  private reduced(policy: BucketPolicy): BucketPolicy {
    const known = this.reducedPolicies.get(policy);
    if (known) {
      return known;
    }
    const reduced = {
      name: policy.name,
      capacity: Math.max(Math.floor(policy.capacity * this.localShare), 1),
      refillPerSecond: policy.refillPerSecond * this.localShare,
    };
    this.reducedPolicies.set(policy, reduced);
    return reduced;
  }

  /** Many requests wait for the same answer that does not come; the first one says so. */
  private noteLoss(error: unknown, era: number): void {
    if (era !== this.era) {
      return;
    }
    if (!this.degraded) {
      this.degraded = true;
      this.lossCount += 1;
      this.logger.warn(`rate limits are counted by this instance alone: ${describe(error)}`);
    }
    this.mayProbe = false;
    clearTimeout(this.nextProbe);
    this.nextProbe = setTimeout(() => (this.mayProbe = true), PROBE_INTERVAL_MILLISECONDS).unref();
  }

  private noteRecovery(): void {
    if (this.degraded) {
      this.degraded = false;
      this.mayProbe = true;
      this.era += 1;
      clearTimeout(this.nextProbe);
      this.logger.log('rate limits are shared by all instances again');
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
