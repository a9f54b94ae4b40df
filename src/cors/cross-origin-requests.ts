import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { SessionConfig } from '../auth/session.config.js';
import { AppError } from '../platform/errors/app-error.js';
import { platformErrors } from '../platform/errors/platform.errors.js';
import { routePlace } from '../platform/http/routes/route-place.js';
import { PREFLIGHT_ROUTE } from '../platform/http/routes/preflight-route.js';
import { CorsConfig } from './cors.config.js';
import './cross-origin.decorator.js';
import { answerPreflight } from './preflight.js';
import { RefusedOrigins } from './refused-origins.js';
import { policyOf, ruleOf, type RouteRule } from './route-rules.js';

/** What a page may read of an answer beside its body: everything that the documentation tells clients to heed. */
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Traceresponse',
  'ETag',
  'Location',
  'Link',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Deprecation',
  'Sunset',
  'Idempotent-Replayed',
  'WWW-Authenticate',
  'Content-Disposition',
].join(', ');

/** So that no cache hands the answer for one origin to another. */
const VARY = 'Origin';
const VARY_PREFLIGHT = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

/**
 * The CORS protocol (Fetch §3.3). An allowed origin is compared as a whole and named in the answer; a
 * refused one gets no CORS header at all, and its browser keeps the answer from the page. Every URL
 * with a route gets a second one, which answers its preflights.
 */
@Injectable()
export class CrossOriginRequests {
  private readonly allowed: ReadonlySet<string>;

  constructor(
    private readonly config: CorsConfig,
    /** Where nobody can log in there is no cookie, and a page needs no permission to send one. */
    private readonly session: SessionConfig,
    private readonly refused: RefusedOrigins,
  ) {
    this.allowed = new Set(config.allowedOrigins);
  }

  register(fastify: FastifyInstance): void {
    const rules = new Map<string, Map<string, RouteRule>>();
    fastify.addHook('onRoute', (route) => this.answerPreflightsOf(route, rules, fastify));
    fastify.addHook('onRequest', (request, reply, done) => {
      if (!request.is404 && !request.routeOptions.config.answersPreflights) {
        this.beginAnswer(request, reply);
      }
      done();
    });
  }

  private answerPreflightsOf(
    { method, url, config = {} }: RouteOptions,
    rules: Map<string, Map<string, RouteRule>>,
    fastify: FastifyInstance,
  ): void {
    const methods = [method].flat().filter((one) => one !== 'HEAD');
    if (config.answersPreflights || methods.length === 0) {
      return;
    }
    if (methods.includes('OPTIONS')) {
      // It would run for preflights, without a credential and without a limit.
      throw new Error(`${url} must not serve OPTIONS itself: name its methods instead of @All()`);
    }
    const place = routePlace(url);
    const known = rules.get(place);
    const ofUrl = known ?? new Map<string, RouteRule>();
    methods.forEach((one) => ofUrl.set(one, ruleOf(one, url, config)));
    if (!known) {
      rules.set(place, ofUrl);
      fastify.route({
        method: 'OPTIONS',
        url,
        config: PREFLIGHT_ROUTE,
        handler: (request, reply) => this.answer(ofUrl, request, reply),
      });
    }
  }

  private answer(rules: ReadonlyMap<string, RouteRule>, request: FastifyRequest, reply: FastifyReply): void {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (origin === undefined || typeof method !== 'string') {
      throw new AppError(platformErrors.notFound);
    }
    const question = { origin, method, headers: request.headers['access-control-request-headers'] };
    const answer = answerPreflight(question, rules, (one) => this.allowed.has(one));
    if (answer.isAllowed) {
      this.allow(reply, answer.origin);
      reply.headers({
        'access-control-allow-methods': answer.methods.join(', '),
        'access-control-allow-headers': answer.headers.join(', '),
        'access-control-max-age': String(this.config.preflightMaxAgeSeconds),
      });
    } else {
      this.refused.report(origin, answer.reason, request);
    }
    void reply.header('vary', VARY_PREFLIGHT).status(204).send();
  }

  private beginAnswer(request: FastifyRequest, reply: FastifyReply): void {
    const { origin } = request.headers;
    const policy = policyOf(request.routeOptions.config);
    if (policy === 'allowed') {
      reply.header('vary', VARY);
    }
    if (origin === undefined || isOwn(origin, request)) {
      return;
    }
    if (policy === 'any' || (policy === 'allowed' && this.allowed.has(origin))) {
      this.allow(reply, policy === 'any' ? '*' : origin);
      reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    } else {
      this.refused.report(origin, 'origin', request);
    }
  }

  /** @param origin one that is allowed, or `*`, with which no browser sends a cookie */
  private allow(reply: FastifyReply, origin: string): void {
    reply.header('access-control-allow-origin', origin);
    if (origin !== '*' && this.session.clientId !== undefined) {
      reply.header('access-control-allow-credentials', 'true');
    }
  }
}

/** A page of this very server; a browser names its origin with every unsafe method. */
function isOwn(origin: string, { protocol, host }: FastifyRequest): boolean {
  return origin === `${protocol}://${host}`;
}
