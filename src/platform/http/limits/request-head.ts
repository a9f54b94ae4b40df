import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors/app-error.js';
import { platformErrors } from '../../errors/platform.errors.js';

const SPOKEN_VERSIONS: ReadonlySet<string> = new Set(['1.0', '1.1']);

const CONTINUE = /^100-continue$/i;

/**
 * What Node would let pass, or answer with two bare lines of its own: more headers than
 * allowed (Node drops the rest in silence, which may be the one that mattered), another version
 * than the one that is spoken (its parser also takes 0.9 and 2.0 for this syntax), no Host or
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
  const isOld = httpVersion === '1.0';
  if (!SPOKEN_VERSIONS.has(httpVersion) || hosts > 1 || (hosts === 0 && !isOld)) {
    return platformErrors.badRequest;
  }
  // A proxy of that age would not see where the chunks end (RFC 9112 §6.1).
  if (isOld && headers['transfer-encoding'] !== undefined) {
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
