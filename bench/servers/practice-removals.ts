import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiKeyAuthenticator } from '../../src/api-keys/authentication/api-key-authenticator.js';
import { AuthenticationGuard } from '../../src/auth/access/authentication.guard.js';
import type { Principal } from '../../src/auth/principal.js';
import { CrossOriginRequests } from '../../src/cors/cross-origin-requests.js';
import { DatabaseConfig } from '../../src/database/database.config.js';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';
import { RequestLog } from '../../src/monitoring/log/request-log.js';
import { RateLimitGuard } from '../../src/rate-limit/limits/rate-limit.guard.js';
import { StrictValidationPipe } from '../../src/validation/boundary/strict-validation.pipe.js';
import { ValidationBoundaryInterceptor } from '../../src/validation/boundary/validation-boundary.interceptor.js';
import { replace, type Removal } from '../../test/support/removals/removal.js';
import { without } from '../../test/support/without.js';
import { TenantlessPool } from './tenantless-pool.js';

/* Whole practices taken out of the path of a read, out of the removals that the tests use. */

const SOMEBODY: Principal = {
  subject: 'user-1',
  tenantId: 'acme',
  clientId: null,
  credentialId: null,
  issuedAtSeconds: 0,
  scopes: new Set(['customers:read']),
  roles: new Set(),
};

const PASSING_GUARD = { canActivate: () => true };
const PASSING_INTERCEPTOR = { intercept: (_context: ExecutionContext, next: CallHandler) => next.handle() };

const all = (...removals: readonly Removal[]): Removal => ({
  environment: (database) =>
    Object.assign({}, ...removals.map(({ environment }) => environment?.(database))) as Record<
      string,
      string
    >,
  override: (builder, configuration) =>
    removals.forEach(({ override }) => override?.(builder, configuration)),
});

/** Everybody is the same person. */
const authentication = replace(AuthenticationGuard, {
  canActivate: (context: ExecutionContext) => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.principal = SOMEBODY;
    request.trail.actor = SOMEBODY;
    return true;
  },
});

/** The others write into the trail, whether somebody reads it or not. */
const trailWithoutReaders = {
  subscribe: () => undefined,
  register: (fastify: FastifyInstance) => {
    fastify.decorateRequest('trail');
    fastify.addHook('onRequest', (request, _reply, done) => {
      request.trail = {};
      done();
    });
  },
};

const byPractice = {
  authentication: all({ override: authentication }, without('authorization')),
  'rate limiting': all(
    { override: replace(RateLimitGuard, PASSING_GUARD) },
    without('limits by address'),
    without('throttling'),
  ),
  validation: all(
    { override: replace(StrictValidationPipe, { transform: (input: unknown) => input }) },
    { override: replace(ValidationBoundaryInterceptor, PASSING_INTERCEPTOR) },
  ),
  'security headers': all(without('security headers'), without('plaintext refusal')),
  versioning: all(
    without('deprecation headers'),
    without('usage of what is deprecated'),
    without('sunset refusal'),
  ),
  'API keys': { override: replace(ApiKeyAuthenticator, {}) },
  'CORS and CSRF': all(
    { override: replace(CrossOriginRequests, { register: () => undefined }) },
    without('proof of intent'),
  ),
  monitoring: all(
    { override: replace(RequestLog, trailWithoutReaders) },
    without('security events'),
    without('metrics of requests'),
    without('metrics of security events'),
    without('detection'),
    without('blocked addresses'),
    without('containment of callers'),
    without('record of sensitive reads'),
  ),
  'row-level security': {
    environment: ({ adminUrl }) => ({ DATABASE_URL: adminUrl }),
    override: (builder) =>
      void builder.overrideProvider(TenantPool).useFactory({
        inject: [DatabaseConfig],
        factory: (config: DatabaseConfig) => new TenantlessPool(config),
      }),
  },
  'field encryption': without('field encryption'),
} as const satisfies Record<string, Removal>;

/** What a server may be started without. */
export const practiceRemovals = {
  nothing: {},
  ...byPractice,
  'all of them': all(...Object.values(byPractice)),
} as const satisfies Record<string, Removal>;

export type PracticeRemoval = keyof typeof practiceRemovals;
