import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

/** `documentation`: pages and their parts, in a bucket of their own instead of the anonymous one. */
export type RateLimitTier = 'documentation';

declare module 'fastify' {
  interface FastifyContextConfig {
    rateLimitTier?: RateLimitTier;
  }
}

/** Counts the route by another bucket than the ordinary one. */
export const LimitAs = (tier: RateLimitTier): MethodDecorator => extendRouteConfig({ rateLimitTier: tier });
