import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { SecurityEvents } from '../../monitoring/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { BucketStore } from '../buckets/bucket-store.js';
import type { BucketPolicy } from '../buckets/token-bucket.js';
import { tooManyRequests } from '../rate-limit.errors.js';
import { setRateLimitHeaders } from './rate-limit-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tokens left in the emptiest bucket that this request was counted in; absent while it was in none. */
    tokensLeft?: number;
  }
}

const MAX_REPORTED_BUCKETS = 10_000;
const REPORT_INTERVAL_MILLISECONDS = 60_000;

/** Takes tokens for a request, tells its client how many are left, and refuses it when there are none. */
@Injectable()
export class RateLimiter {
  /** A flood makes one event a minute for each bucket, and not one for each refused request. */
  private readonly reported = new LRUCache<string, true>({
    max: MAX_REPORTED_BUCKETS,
    ttl: REPORT_INTERVAL_MILLISECONDS,
  });

  constructor(
    @Inject(BucketStore) private readonly store: BucketStore,
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
  ) {}

  /** @throws AppError (429) when the bucket of `key` has not enough tokens */
  async spend(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    policy: BucketPolicy,
    cost = 1,
  ): Promise<void> {
    const decision = await this.store.take(key, cost, policy);
    const isTightest = request.tokensLeft === undefined || decision.remaining < request.tokensLeft;
    if (!decision.isAllowed || (cost > 0 && isTightest)) {
      request.tokensLeft = decision.remaining;
      setRateLimitHeaders(reply, policy, decision, this.clock.nowSeconds());
    }
    if (!decision.isAllowed) {
      this.report(request, key, policy);
      throw tooManyRequests(Math.ceil(decision.retryAfterMilliseconds / 1000));
    }
  }

  /** Refuses the request when the bucket is empty, and takes nothing. */
  async check(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    policy: BucketPolicy,
  ): Promise<void> {
    await this.spend(request, reply, key, policy, 0);
  }

  /** Takes a token for what has already happened, and refuses nothing. */
  async charge(key: string, policy: BucketPolicy): Promise<void> {
    await this.store.take(key, 1, policy);
  }

  private report(request: FastifyRequest, key: string, { name }: BucketPolicy): void {
    const bucket = `${name}:${key}`;
    if (!this.reported.has(bucket)) {
      this.reported.set(bucket, true);
      this.events.write('excess_rate_limit_exceeded', { limit: name }, request);
    }
  }
}
