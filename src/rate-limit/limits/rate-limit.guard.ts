import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../auth/principal.js';
import type { BucketPolicy } from '../buckets/token-bucket.js';
import { RateLimitConfig } from '../rate-limit.config.js';
import { AddressLimits } from './address-limits.js';
import { COST } from './cost.decorator.js';
import { RateLimiter, type Bucket } from './rate-limiter.js';

/**
 * The guard of @nestjs/throttler, which gives `@SkipThrottle()` and its place in the chain, with
 * another memory: it counts by caller and not by handler, in token buckets and not in lists
 * of hits, and knows what a call costs. It stands between the other two guards: who calls is
 * known by then, and a call that may not be made has been made all the same.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  private readonly subjects: BucketPolicy;
  private readonly plans: ReadonlyMap<string, BucketPolicy>;
  private readonly unknownPlan: BucketPolicy;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    config: RateLimitConfig,
    private readonly limiter: RateLimiter,
    private readonly addresses: AddressLimits,
  ) {
    super(options, storage, reflector);
    const { subject, plans, anonymous } = config;
    this.subjects = subject.toPolicy('subject');
    this.plans = new Map(plans.entries.map(([name, rate]) => [name, rate.toPolicy(`plan-${name}`)]));
    this.unknownPlan = anonymous.toPolicy('plan-unknown');
  }

  /** @throws AppError (429) when the caller's bucket has not enough tokens */
  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const exchange = { request, reply: context.switchToHttp().getResponse<FastifyReply>() };
    if (request.principal) {
      await this.limiter.spend(exchange, this.bucketOf(request.principal), this.costOf(context));
    } else {
      await this.addresses.spendWithoutCredential(exchange);
    }
    return true;
  }

  private costOf(context: ExecutionContext): number {
    return this.reflector.getAllAndOverride<number>(COST, [context.getHandler(), context.getClass()]) ?? 1;
  }

  /** A credential with a plan of its own is counted by itself, everything else by its subject. */
  private bucketOf({ tenantId, subject, credentialId, ratePlan }: Principal): Bucket {
    return ratePlan === undefined
      ? { key: JSON.stringify([tenantId, subject]), policy: this.subjects }
      : {
          key: JSON.stringify([tenantId, credentialId]),
          policy: this.plans.get(ratePlan) ?? this.unknownPlan,
        };
  }
}
