import type { FastifyRequest } from 'fastify';

/** Names in lower case; no value depends on what a handler does. */
export type HeaderSet = Readonly<Record<string, string>>;

/** @param request null for bytes that were no request */
export type HeaderPolicy = (request: FastifyRequest | null) => HeaderSet;

declare module 'fastify' {
  interface FastifyInstance {
    answerHeaders: AnswerHeaders;
  }
}

/**
 * The headers that every answer carries, whichever layer writes it: a handler, the router, or
 * the writer of raw bytes on a socket. The practice that decides about them says so here.
 */
export class AnswerHeaders {
  private policy: HeaderPolicy = () => ({ 'cache-control': 'no-store' });

  use(policy: HeaderPolicy): void {
    this.policy = policy;
  }

  for(request: FastifyRequest | null): HeaderSet {
    return this.policy(request);
  }
}
