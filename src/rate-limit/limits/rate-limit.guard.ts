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
import { RateLimiter } from './rate-limiter.js';

/**
 * The guard of @nestjs/throttler, which gives `@SkipThrottle()` and its place in the chain, with
 * another memory: it counts by caller and not by handler, in token buckets and not in lists
 * of hits, and knows what a call costs. It stands between the other two guards: who calls is
 * known by then, and a call that may not be made has been made all the same.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  private readonly policies = new Map<string, BucketPolicy>();

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly config: RateLimitConfig,
    private readonly limiter: RateLimiter,
    private readonly addresses: AddressLimits,
  ) {
    super(options, storage, reflector);
  }

  /** @throws AppError (429) when the caller's bucket has not enough tokens */
  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { principal, tokensLeft } = request;
    if (principal) {
      await this.limiter.spend(
        request,
        reply,
        bucketKey(principal),
        this.policyFor(principal),
        this.costOf(context),
      );
    } else if (tokensLeft === undefined && !request.routeOptions.config.isProbe) {
      await this.addresses.spendAnonymously(request, reply);
    }
    return true;
  }

  private costOf(context: ExecutionContext): number {
    return this.reflector.getAllAndOverride<number>(COST, [context.getHandler(), context.getClass()]) ?? 1;
  }

  private policyFor({ ratePlan }: Principal): BucketPolicy {
    const name = ratePlan === undefined ? 'subject' : `plan-${ratePlan}`;
    const known = this.policies.get(name);
    if (known) {
      return known;
    }
    const { subject, plans, anonymous } = this.config;
    const rate = ratePlan === undefined ? subject : (plans.find(ratePlan) ?? anonymous);
    const policy = rate.toPolicy(name);
    this.policies.set(name, policy);
    return policy;
  }
}

/** A credential with a plan of its own is counted by itself, everything else by its subject. */
function bucketKey({ tenantId, subject, credentialId, ratePlan }: Principal): string {
  return JSON.stringify(ratePlan === undefined ? [tenantId, subject] : [tenantId, credentialId]);
}
