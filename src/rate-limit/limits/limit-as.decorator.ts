import { extendRouteConfig } from '../../platform/http/route-config.js';

/**
 * `credential`: log-in, callback, creation of a credential; a strict bucket for each address.
 * `documentation`: pages and their parts, in a bucket of their own instead of the anonymous one.
 */
export type RateLimitTier = 'credential' | 'documentation';

declare module 'fastify' {
  interface FastifyContextConfig {
    rateLimitTier?: RateLimitTier;
  }
}

/** Counts the route by another bucket than the ordinary one. */
export const LimitAs = (tier: RateLimitTier): MethodDecorator => extendRouteConfig({ rateLimitTier: tier });
