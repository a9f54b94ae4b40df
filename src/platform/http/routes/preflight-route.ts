import type { FastifyContextConfig, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Made beside another route, to answer the preflights of its URL and nothing else. */
    answersPreflights?: true;
  }
}

/** The configuration of such a route. */
export const PREFLIGHT_ROUTE: Partial<FastifyContextConfig> = { answersPreflights: true };

/** A browser's question before a request of another origin; it has no credential and no effect. */
export function isPreflight({ method, headers, routeOptions }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    routeOptions.config?.answersPreflights === true &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}
