import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, type ErrorCondition } from '../errors/app-error.js';
import { platformErrors } from '../errors/platform.errors.js';
import { rawProblem } from '../errors/problem-writer.js';
import type { HeaderSet } from './answer-headers.js';

/** What Node's HTTP parser calls its failures; every other one is a malformed request. */
const CONDITION_BY_PARSER_CODE = new Map<string, ErrorCondition>([
  ['HPE_HEADER_OVERFLOW', platformErrors.headersTooLarge],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', platformErrors.bodyTooLarge],
  ['ERR_HTTP_REQUEST_TIMEOUT', platformErrors.timeout],
]);

/**
 * Everything else is of the connection, which is gone, or of a TLS handshake, before which an
 * answer would wait for keys that never come.
 */
const OF_THE_PARSER = /^(HPE_|ERR_HTTP_)/;

/**
 * Answers bytes that are not an HTTP request. There is no request object and no logger bound
 * to it: the document is written onto the socket, which is then closed, because what follows
 * on it cannot be trusted to begin a request.
 */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  headers: HeaderSet,
): void {
  if (!OF_THE_PARSER.test(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseOnSocket(
    CONDITION_BY_PARSER_CODE.get(error.code ?? '') ?? platformErrors.badRequest,
    socket,
    headers,
  );
}

/**
 * Writes a problem document as raw bytes and ends the connection, whether the other side reads
 * or not. If an answer is owed to an earlier request, only that one is written.
 */
export function refuseOnSocket(condition: ErrorCondition, socket: Duplex, headers: HeaderSet): void {
  const owed = answerOwedOn(socket);
  if (owed) {
    owed.shouldKeepAlive = false;
    owed.once('close', () => socket.destroy());
    return;
  }
  socket.on('error', () => socket.destroy());
  socket.end(rawProblem(new AppError(condition), randomUUID(), headers), () => socket.destroy());
}

/**
 * The answer to an earlier request on the same connection, which is under way or will be: ours
 * would become a part of it, or be taken for it. It leaves first, and the connection ends then.
 */
function answerOwedOn(socket: Duplex): ServerResponse | undefined {
  // oxlint-disable-next-line no-underscore-dangle -- Node's own default handler asks the same; there is no public name
  const answer = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  return answer && (answer.headersSent || answer.req.complete) ? answer : undefined;
}
