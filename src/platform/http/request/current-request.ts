import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const storage = new AsyncLocalStorage<FastifyRequest>();

/** The request that the current chain of calls works for; undefined for what the process does by itself. */
export function currentRequest(): FastifyRequest | undefined {
  return storage.getStore();
}

/**
 * Makes every request known to what it calls, however deep: to the log line of a service, and to the change
 * log of the database. After the body: what comes with it runs in the context of the socket.
 */
export function followRequests(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => storage.run(request, done));
}
