import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors/app-error.js';
import { platformErrors } from '../../errors/platform.errors.js';

const CONTINUE = /^100-continue$/i;

/**
 * What Node would let pass, or answer with two bare lines of its own: more headers than
 * allowed (Node drops the rest in silence, which may be the one that mattered), no Host or
 * several (RFC 9112 §3.2: two machines on the way may each believe another one), and an
 * expectation that nobody meets (RFC 9110 §10.1.1).
 *
 * After a doubtful head the connection ends: what follows on it may be the second half of a
 * smuggled request.
 * @throws AppError
 */
export function checkRequestHead(request: FastifyRequest, reply: FastifyReply, maxHeaders: number): void {
  const fault = faultOf(request, maxHeaders);
  if (fault) {
    reply.header('connection', 'close');
    throw new AppError(fault);
  }
}

function faultOf({ raw }: FastifyRequest, maxHeaders: number) {
  const { rawHeaders, headers, httpVersion } = raw;
  if (rawHeaders.length > 2 * maxHeaders) {
    return platformErrors.headersTooLarge;
  }
  const hosts = hostCount(rawHeaders);
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
    return platformErrors.badRequest;
  }
  return headers.expect === undefined || CONTINUE.test(headers.expect)
    ? undefined
    : platformErrors.expectationFailed;
}

/** Names and values alternate; `headers` keeps only the first of several Host headers. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') {
      count += 1;
    }
  }
  return count;
}
