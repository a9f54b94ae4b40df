import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { AppError, type ErrorCondition } from '../errors/app-error.js';
import { platformErrors } from '../errors/platform.errors.js';
import { rawProblem } from '../errors/problem-writer.js';

/** What Node's HTTP parser calls its failures; every other one is a malformed request. */
const CONDITION_BY_PARSER_CODE = new Map<string, ErrorCondition>([
  ['HPE_HEADER_OVERFLOW', platformErrors.headersTooLarge],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', platformErrors.bodyTooLarge],
  ['ERR_HTTP_REQUEST_TIMEOUT', platformErrors.timeout],
]);

/**
 * Answers bytes that are not an HTTP request. There is no request object and no logger bound
 * to it: the document is written onto the socket, which is then closed, because what follows
 * on it cannot be trusted to begin a request.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const condition = CONDITION_BY_PARSER_CODE.get(error.code ?? '') ?? platformErrors.badRequest;
  socket.end(rawProblem(new AppError(condition), randomUUID()));
}
