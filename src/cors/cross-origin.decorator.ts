import { extendRouteConfig } from '../platform/http/routes/route-config.js';

/**
 * Which pages may read the answers of a route. `allowed`: those of the allowed origins. `any`:
 * every page there is, without credentials; only for what everybody may know. `none`: no page of
 * another origin.
 */
export type CrossOriginPolicy = 'allowed' | 'any' | 'none';

declare module 'fastify' {
  interface FastifyContextConfig {
    crossOrigin?: CrossOriginPolicy;
  }
}

/** Departs from what holds otherwise: `allowed` for routes that authenticate, `none` for public ones. */
export const CrossOrigin = (policy: CrossOriginPolicy): MethodDecorator =>
  extendRouteConfig({ crossOrigin: policy });
