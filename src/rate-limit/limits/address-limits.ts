import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authenticators } from '../../auth/access/authenticators.js';
import type { BucketPolicy } from '../buckets/token-bucket.js';
import { RateLimitConfig } from '../rate-limit.config.js';
import { clientNetwork } from './client-network.js';
import './limit-as.decorator.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * What is counted by address, before anything else happens to a request: unknown routes,
 * unreadable bodies and strangers cost the server something, too.
 *
 * Without a credential a request spends the anonymous bucket. With one it is only looked at
 * whether its address has tried too many bad ones; what it may ask for is then counted by who
 * it is, so that the many people behind one address do not use up each other's share.
 */
@Injectable()
export class AddressLimits {
  private readonly anonymous: BucketPolicy;
  private readonly credential: BucketPolicy;
  private readonly documentation: BucketPolicy;
  private readonly failures: BucketPolicy;

  constructor(
    config: RateLimitConfig,
    private readonly limiter: RateLimiter,
    private readonly authenticators: Authenticators,
  ) {
    this.anonymous = config.anonymous.toPolicy('anonymous');
    this.credential = config.credentialEndpoints.toPolicy('credential-endpoints');
    this.documentation = config.documentation.toPolicy('documentation');
    this.failures = config.failedAuthentication.toPolicy('failed-authentication');
  }

  register(fastify: FastifyInstance): void {
    fastify.decorateRequest('tokensLeft');
    fastify.addHook('onRequest', (request, reply) => this.beforeAnything(request, reply));
    fastify.addHook('onSend', (request, reply) => this.beforeTheAnswer(request, reply));
  }

  /** For the guard: a route that asks for no credential does not care about one that is sent along. */
  async spendAnonymously(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { rateLimitTier } = request.routeOptions.config;
    const policy = rateLimitTier === 'documentation' ? this.documentation : this.anonymous;
    await this.limiter.spend(request, reply, clientNetwork(request.ip), policy);
  }

  private async beforeAnything(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { isProbe, rateLimitTier } = request.routeOptions.config;
    if (isProbe || isPreflight(request)) {
      return;
    }
    const network = clientNetwork(request.ip);
    if (rateLimitTier === 'credential') {
      await this.limiter.spend(request, reply, network, this.credential);
    }
    if (this.authenticators.hasCredential(request) && !request.is404) {
      await this.limiter.check(request, reply, network, this.failures);
    } else if (rateLimitTier !== 'credential') {
      await this.spendAnonymously(request, reply);
    }
  }

  /**
   * Whatever came with a credential and was counted nowhere had a bad one, or failed before
   * anybody looked at it. A fault of our own is not the caller's.
   */
  private async beforeTheAnswer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const isCounted = request.tokensLeft !== undefined || request.principal !== undefined;
    if (!isCounted && reply.statusCode < 500 && this.authenticators.hasCredential(request)) {
      await this.limiter.charge(clientNetwork(request.ip), this.failures);
    }
  }
}

/** A browser's question before a request of another origin; it has no credential and no effect. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}
