import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { BucketStore } from '../buckets/bucket-store.js';
import type { BucketDecision, BucketPolicy } from '../buckets/token-bucket.js';
import { tooManyRequests } from '../rate-limit.errors.js';
import { ExcessReports } from './excess-reports.js';
import { setRateLimitHeaders } from './rate-limit-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Tokens left in the emptiest bucket that this request was counted in; absent while it was in none. */
    tokensLeft?: number;
  }
}

/** A request and its answer. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Whose tokens, and how many there are. */
export interface Bucket {
  readonly key: string;
  readonly policy: BucketPolicy;
}

/** Takes tokens for a request, tells its client how many are left, and refuses it when there are none. */
@Injectable()
export class RateLimiter {
  constructor(
    @Inject(BucketStore) private readonly store: BucketStore,
    private readonly clock: Clock,
    private readonly reports: ExcessReports,
  ) {}

  /** @throws AppError (429) when the bucket has not enough tokens */
  async spend(exchange: Exchange, bucket: Bucket, cost = 1): Promise<void> {
    const decision = await this.store.take(bucket.key, cost, bucket.policy);
    if (cost > 0 || !decision.isAllowed) {
      this.tell(exchange, bucket, decision);
    }
    if (!decision.isAllowed) {
      const { name } = bucket.policy;
      this.reports.report(`${name}:${bucket.key}`, { limit: name }, exchange.request);
      throw tooManyRequests(Math.ceil(decision.retryAfterMilliseconds / 1000));
    }
  }

  /** Refuses the request when the bucket is empty, and takes nothing. */
  async check(exchange: Exchange, bucket: Bucket): Promise<void> {
    await this.spend(exchange, bucket, 0);
  }

  /** Takes a token, or a part of one, for what has already happened, and refuses nothing. */
  async charge(exchange: Exchange, bucket: Bucket, cost = 1): Promise<void> {
    this.tell(exchange, bucket, await this.store.take(bucket.key, cost, bucket.policy));
  }

  /** A client that is counted twice learns of the bucket that will refuse it first. */
  private tell({ request, reply }: Exchange, { policy }: Bucket, decision: BucketDecision): void {
    const { tokensLeft = Infinity } = request;
    if (!decision.isAllowed || decision.remaining < tokensLeft) {
      request.tokensLeft = decision.remaining;
      setRateLimitHeaders(reply, policy, decision, this.clock.nowMilliseconds());
    }
  }
}
