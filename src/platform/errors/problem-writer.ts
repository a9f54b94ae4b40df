import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from './app-error.js';
import { problemDocument, PROBLEM_CONTENT_TYPE } from './problem-document.js';
import { toAppError } from './to-app-error.js';

/**
 * What was said of a result that is not there: by a handler, whose commit may have failed after
 * it, or by the policy of a page that is not shown.
 */
const SUCCESS_HEADERS = [
  'location',
  'etag',
  'content-disposition',
  'content-security-policy-report-only',
  'reporting-endpoints',
] as const;

const logger = new Logger('ProblemWriter');

/**
 * Answers a request with the problem document for whatever was thrown (RFC 9457). Every
 * failure leaves through here, whichever layer raised it.
 */
export function writeProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toAppError(thrown);
  logServerFault(error, request.id);
  if (reply.sent) {
    return;
  }
  for (const name of SUCCESS_HEADERS) {
    void reply.removeHeader(name);
  }
  reply
    .status(error.condition.status)
    // Those of JSON, whatever the route had in mind for its own answer: no failure is ever cached.
    .headers(request.server.answerHeaders.for(null))
    .headers(error.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(problemDocument(error, request.id)));
}

/**
 * The same document as raw bytes, for failures before HTTP could be parsed, when there is a
 * socket and neither request nor reply.
 */
export function rawProblem(
  error: AppError,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): string {
  const { status } = error.condition;
  const body = JSON.stringify(problemDocument(error, requestId));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

/** The same document on a server that is not the API's, and has neither hooks nor request ids. */
export function answerWithProblem(thrown: unknown, response: ServerResponse): void {
  const error = toAppError(thrown);
  const requestId = randomUUID();
  logServerFault(error, requestId);
  response.statusCode = error.condition.status;
  response.setHeader('content-type', PROBLEM_CONTENT_TYPE);
  response.end(JSON.stringify(problemDocument(error, requestId)));
}

/** The cause of a server fault goes to the log once; the caller gets the request id to quote. */
function logServerFault(error: AppError, requestId: string): void {
  if (error.condition.status >= 500) {
    logger.error({ requestId, code: error.condition.code, cause: describeCause(error.cause ?? error) });
  }
}

/**
 * Type, message and place of the cause. Its other properties stay out: a database driver puts
 * the failing row into `detail`, an HTTP client the whole request into `config`.
 */
function describeCause(cause: unknown): object {
  return cause instanceof Error
    ? { name: cause.name, message: cause.message, stack: cause.stack }
    : { name: typeof cause };
}
