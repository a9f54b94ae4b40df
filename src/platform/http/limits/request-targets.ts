import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError, type ErrorCondition } from '../../errors/app-error.js';
import { platformErrors } from '../../errors/platform.errors.js';

/** No parameter of any route is longer. */
const MAX_SEGMENT_LENGTH = 128;

const NOWHERE = '/';

/**
 * What the router itself would refuse, it refuses before any hook runs: uncounted, unlogged,
 * with or without TLS. So such a target is sent to no route at all, like any other that is not
 * there, and refused for what it is once every hook has seen it.
 */
export class RequestTargets {
  private readonly faults = new WeakMap<IncomingMessage, ErrorCondition>();

  /** For Fastify's `rewriteUrl`: the target as it came, or one that leads nowhere, with the query kept. */
  readonly routable = (request: IncomingMessage): string => {
    const { url = NOWHERE } = request;
    const [path = '', ...query] = url.split('?');
    const fault = faultOf(path);
    if (fault === undefined) {
      return url;
    }
    this.faults.set(request, fault);
    return [NOWHERE, ...query].join('?');
  };

  register(fastify: FastifyInstance): void {
    fastify.addHook('preParsing', (request, reply, _payload, done) => {
      const fault = this.faults.get(request.raw);
      if (fault) {
        reply.header('connection', 'close');
      }
      done(fault ? new AppError(fault) : null);
    });
  }
}

function faultOf(path: string): ErrorCondition | undefined {
  if (path.length <= MAX_SEGMENT_LENGTH && !path.includes('%')) {
    return undefined;
  }
  try {
    decodeURIComponent(path);
  } catch {
    return platformErrors.badRequest;
  }
  return path.split('/').some((segment) => segment.length > MAX_SEGMENT_LENGTH)
    ? platformErrors.uriTooLong
    : undefined;
}
