import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors/app-error.js';
import { platformErrors } from '../../errors/platform.errors.js';
import '../routes/route-config.js';

/**
 * Answers for a handler that does not, counted from when the request has arrived completely.
 * Fastify's own `handlerTimeout` forgets its timer as soon as a body has arrived, so that it
 * holds for no write at all.
 * @param defaultSeconds for routes that say nothing of their own
 */
export function setAnswerDeadline(fastify: FastifyInstance, defaultSeconds: number): void {
  fastify.addHook('preValidation', (request, reply, done) => {
    const { handlerTimeoutSeconds = defaultSeconds } = request.routeOptions.config ?? {};
    const timer = setTimeout(() => {
      if (reply.raw.headersSent) {
        // Half an answer cannot become an error any more; a cut one is at least no whole one.
        reply.raw.destroy();
      } else {
        void reply.send(new AppError(platformErrors.unavailable));
      }
    }, handlerTimeoutSeconds * 1000);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}
