import 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Made beside another route, to answer the preflights of its URL and nothing else. */
    answersPreflights?: true;
  }
}
