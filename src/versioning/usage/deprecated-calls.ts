import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Counter } from 'prom-client';
import '../../api-keys/authentication/api-key-authenticator.js';
import '../../auth/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import '../../platform/http/routes/preflight-route.js';
import { ApiVersions } from '../api-versions.js';
import { DeprecatedRoutes } from '../deprecated-routes.js';
import type { DeprecatedCall } from './deprecated-use.js';
import { DeprecatedUsage } from './deprecated-usage.js';

const LABELS = ['version', 'route', 'method'] as const;

/** A label cannot be absent. */
const NO_VERSION = 'none';

/** Counts every call of what has an announced end, whatever it is answered; of known callers also who it was. */
@Injectable()
export class DeprecatedCalls {
  private readonly requests: Counter<(typeof LABELS)[number]>;

  constructor(
    private readonly routes: DeprecatedRoutes,
    private readonly versions: ApiVersions,
    private readonly usage: DeprecatedUsage,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.requests = metrics.counter({
      name: 'deprecated_requests_total',
      help: 'Calls of routes whose end is announced, those that were refused among them.',
      labels: LABELS,
    });
  }

  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      // A browser that asks before a call has not called yet.
      if (this.routes.deprecationOf(request) && !request.routeOptions.config.answersPreflights) {
        const call = this.callOf(request);
        // onResponse would never come for a caller who hangs up before the answer.
        reply.raw.once('close', () => this.count(call, request));
      }
      done();
    });
  }

  /** When it begins: later the router may have gone on to another route, and the day to the next one. */
  private callOf({ method, routeOptions }: FastifyRequest): DeprecatedCall {
    const { url: route = '' } = routeOptions;
    const version = this.versions.ofPath(route)?.name ?? null;
    return { version, method, route, at: new Date(this.clock.nowMilliseconds()) };
  }

  /** When it has ended, and it is known who called. */
  private count(call: DeprecatedCall, { principal, apiKey }: FastifyRequest): void {
    const { version, route, method } = call;
    this.requests.inc({ version: version ?? NO_VERSION, route, method });
    if (principal) {
      const { tenantId, subject, clientId } = principal;
      this.usage.count(call, tenantId, { keyId: apiKey?.id ?? null, clientId, subject });
    }
  }
}
