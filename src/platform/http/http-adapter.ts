import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { writeProblem } from '../errors/problem-writer.js';
import { answerClientError } from './client-error.js';
import type { HttpConfig } from './http.config.js';
import { requestIdOf } from './request-id.js';
import './route-options.decorator.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** No parameter of any route is longer; the router answers 414 before a handler runs. */
const MAX_PATH_PARAMETER_LENGTH = 128;

/**
 * The Fastify server behind Nest. What fails before a route is found (a malformed target, an
 * over-long parameter, bytes that are no request) is answered by the same writer as the rest.
 */
export function createHttpAdapter(config: HttpConfig): FastifyAdapter {
  const options: FastifyServerOptions = {
    trustProxy: trustOf(config.trustedProxies),
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutSeconds * 1000,
    handlerTimeout: config.handlerTimeoutSeconds * 1000,
    // Requests in flight finish; connections that merely wait for a next one are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    requestIdHeader: false,
    genReqId: requestIdOf,
    frameworkErrors: (error, request, reply) => {
      nameRequest(request, reply);
      writeProblem(error, request, reply);
    },
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_LENGTH, caseSensitive: true },
  };
  const adapter = new FastifyAdapter(options);
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    nameRequest(request, reply);
    done();
  });
  adapter.getInstance().addHook('onRoute', (route) => {
    const { handlerTimeoutSeconds } = route.config ?? {};
    if (handlerTimeoutSeconds !== undefined) {
      route.handlerTimeout = handlerTimeoutSeconds * 1000;
    }
  });
  endConnectionsOnClose(adapter.getInstance());
  return adapter;
}

/** Fastify takes a list as it is; of a number, the proxies nearest to us are trusted. */
function trustOf(proxies: TrustedProxies): NonNullable<FastifyServerOptions['trustProxy']> {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies;
}

/**
 * Answers that leave while the server closes end their connection. A client that kept it open
 * for a next request would otherwise hold the shutdown up until its time limit.
 */
function endConnectionsOnClose(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) {
      reply.header('connection', 'close');
    }
    done(null, payload);
  });
}

/** The request id comes back to the client with every answer. */
function nameRequest(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
}
