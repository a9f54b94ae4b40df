import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Authenticators } from '../../auth/access/authenticators.js';
import type { BucketPolicy } from '../buckets/token-bucket.js';
import { RateLimitConfig } from '../rate-limit.config.js';
import { clientNetwork } from '../../platform/http/client-network.js';
import '../../platform/http/request/request-trail.js';
import '../../platform/http/routes/credential-endpoint.decorator.js';
import { isPreflight } from '../../platform/http/routes/preflight-route.js';
import './limit-as.decorator.js';
import { RateLimiter, type Bucket, type Exchange } from './rate-limiter.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** A credential came along and nobody has vouched for it yet. */
    hasUnprovenCredential?: boolean;
  }
}

/**
 * Of what is no guess. Tokens live ten minutes, and many clients notice by a refusal; uploads break off: a floor of people
 * back from lunch must not close the address for itself. Not for nothing either, or one old token would be a free pass
 * to keep the server busy.
 */
const COST_OF_NO_GUESS = 0.05;

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
    fastify.decorateRequest('hasUnprovenCredential');
    fastify.addHook('onRequest', (request, reply) => this.beforeAnything({ request, reply }));
    fastify.addHook('onSend', (request, reply) => this.beforeTheAnswer({ request, reply }));
  }

  /** For the guard: a route that asks for no credential does not care about one that is sent along. */
  async spendWithoutCredential(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    request.hasUnprovenCredential = false;
    if (request.tokensLeft === undefined && !isExempt(request)) {
      await this.spendAnonymously(exchange);
    }
  }

  private async spendAnonymously(exchange: Exchange): Promise<void> {
    const { rateLimitTier } = exchange.request.routeOptions.config;
    const policy = rateLimitTier === 'documentation' ? this.documentation : this.anonymous;
    await this.limiter.spend(exchange, bucketOf(exchange, policy));
  }

  private async beforeAnything(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    if (isExempt(request)) {
      return;
    }
    const isCredentialEndpoint = request.routeOptions.config.isCredentialEndpoint === true;
    if (isCredentialEndpoint) {
      await this.limiter.spend(exchange, bucketOf(exchange, this.credential));
    }
    if (this.authenticators.hasCredential(request) && !request.is404) {
      await this.limiter.check(exchange, bucketOf(exchange, this.failures));
      request.hasUnprovenCredential = true;
    } else if (!isCredentialEndpoint) {
      await this.spendAnonymously(exchange);
    }
  }

  /**
   * A credential for which nobody vouched was a bad one, or the request failed before anybody
   * looked at it. A fault of our own is not the caller's.
   */
  private async beforeTheAnswer(exchange: Exchange): Promise<void> {
    const { request, reply } = exchange;
    if (request.hasUnprovenCredential && request.principal === undefined && reply.statusCode < 500) {
      request.hasUnprovenCredential = false;
      const isNoGuess = request.trail.isCredentialOutdated || isFromElsewhere(request) || isCutOff(request);
      const cost = isNoGuess ? COST_OF_NO_GUESS : 1;
      // A path that only looked like a route, such as one that ends in a slash: nobody has tried a credential.
      const policy = request.is404 ? this.anonymous : this.failures;
      await this.limiter.charge(exchange, bucketOf(exchange, policy), cost);
    }
  }
}

function bucketOf({ request }: Exchange, policy: BucketPolicy): Bucket {
  return { key: clientNetwork(request.ip), policy };
}

/**
 * A page of somebody else can let a browser send bad credentials, and would close its address. Who
 * tries credentials out with this header gains little: nobody guesses one of ours.
 */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site';
}

/** Its body never came in whole: nobody has looked at the credential, and nobody hears the answer. */
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.readableAborted && !raw.complete;
}

/** An orchestrator asks often, and a browser asks before a request that is counted itself. */
function isExempt(request: FastifyRequest): boolean {
  return request.routeOptions.config.isProbe === true || isPreflight(request);
}
