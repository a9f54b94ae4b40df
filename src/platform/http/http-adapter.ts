import type { TlsOptions } from 'node:tls';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { platformErrors } from '../errors/platform.errors.js';
import { writeProblem } from '../errors/problem-writer.js';
import { AnswerHeaders } from './answer-headers.js';
import { answerClientError, refuseOnSocket } from './client-error.js';
import type { HttpConfig } from './http.config.js';
import { setAnswerDeadline } from './limits/answer-deadline.js';
import { replaceBareAnswers } from './limits/bare-answers.js';
import { OpenConnections } from './limits/open-connections.js';
import { limitServer, nodeLimits } from './limits/node-limits.js';
import { checkRequestHead } from './limits/request-head.js';
import { RequestTargets } from './limits/request-targets.js';
import { followRequests } from './request/current-request.js';
import { requestIdOf } from './request/request-id.js';
import './request/request-trail.js';
import { traceContextOf, traceResponse } from './request/trace-context.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** Longer than any header may be: a long target is refused by `RequestTargets`, not by the router. */
const ROUTERS_OWN_LIMIT = 65_536;

/**
 * The Fastify server behind Nest. What fails before a route is found (a malformed target, an
 * over-long parameter, bytes that are no request) is answered by the same writer as the rest.
 * @param tls certificate, versions and cipher suites; absent: the server speaks plain HTTP
 */
export function createHttpAdapter(config: HttpConfig, tls?: TlsOptions): FastifyAdapter {
  const answerHeaders = new AnswerHeaders();
  const targets = new RequestTargets();
  const adapter = new FastifyAdapter(serverOptions(config, answerHeaders, targets, tls));
  const fastify = adapter.getInstance<FastifyInstance>();
  const { server } = fastify;
  limitServer(server, config);
  replaceBareAnswers(server, (socket) => {
    refuseOnSocket(platformErrors.notImplemented, socket, answerHeaders.for(null));
  });
  fastify.decorate('answerHeaders', answerHeaders);
  fastify.decorateRequest('trace');
  followRequests(fastify);
  endConnectionsOnClose(fastify);
  new OpenConnections(config).watch(fastify, server);
  fastify.addHook('onRequest', (request, reply, done) => {
    beginAnswer(request, reply, answerHeaders);
    checkRequestHead(request, reply, config.maxHeaders);
    done();
  });
  setAnswerDeadline(fastify, config.handlerTimeoutSeconds);
  targets.register(fastify);
  return adapter;
}

function serverOptions(
  config: HttpConfig,
  answerHeaders: AnswerHeaders,
  targets: RequestTargets,
  tls?: TlsOptions,
) {
  const limits = nodeLimits(config);
  return {
    ...(tls ? { https: { ...limits, ...tls, handshakeTimeout: limits.headersTimeout } } : { http: limits }),
    trustProxy: trustOf(config.trustedProxies),
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    // Nothing moves for longer than a request and its answer may take: a reader who does not read.
    connectionTimeout: limits.requestTimeout + config.handlerTimeoutSeconds * 1000,
    // Requests in flight finish; connections that merely wait for a next one are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    requestIdHeader: false,
    genReqId: requestIdOf,
    frameworkErrors: (error, request, reply) => {
      beginAnswer(request, reply, answerHeaders);
      reply.header('connection', 'close');
      writeProblem(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, answerHeaders.for(null)),
    rewriteUrl: targets.routable,
    routerOptions: { maxParamLength: ROUTERS_OWN_LIMIT, caseSensitive: true },
  } satisfies FastifyServerOptions & { http?: object; https?: object };
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

/** What every answer carries: the ids by which it is found again, and the headers that a practice has decided about. */
function beginAnswer(request: FastifyRequest, reply: FastifyReply, headers: AnswerHeaders): void {
  request.trace = traceContextOf(request.headers['traceparent'] as string | undefined);
  reply.header('x-request-id', request.id);
  reply.header('traceresponse', traceResponse(request.trace));
  reply.headers(headers.for(request));
}
