import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Made beside another route, to answer the preflights of its URL and nothing else. */
    answersPreflights?: true;
  }
}

/** The configuration of such a route. */
export const PREFLIGHT_ROUTE: Partial<FastifyContextConfig> = { answersPreflights: true };
