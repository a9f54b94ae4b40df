import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The only parameters of the query that the route sees. */
    knownQuery?: readonly string[];
  }
}

/**
 * For a route of a foreign protocol that demands it (RFC 6749 §4.1.2: unrecognised parameters of
 * an authorization response must be ignored). What is not named here is dropped before anything
 * reads it; what is named is checked by its DTO as ever.
 */
export const IgnoreUnknownQuery = (...known: readonly string[]): MethodDecorator =>
  extendRouteConfig({ knownQuery: known });
