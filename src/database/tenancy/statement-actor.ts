import type { FastifyRequest } from 'fastify';
import { circumstancesOf } from '../../platform/http/request/circumstances.js';
import { currentRequest } from '../../platform/http/request/current-request.js';

/** Reads leave no row in the change log, and are most of what there is. */
const READS = /^\s*SELECT\b/i;

const NOBODY = '';

/** Written once for each request that changes something, as soon as it is known who calls. */
const texts = new WeakMap<FastifyRequest, string>();

/**
 * Who changes something, in JSON, for the triggers of the change log: it goes with the statement, as the
 * tenant does. Empty for reads, and for what the process does by itself.
 */
export function actorOf(sql: string): string {
  const request = READS.test(sql) ? undefined : currentRequest();
  if (!request) {
    return NOBODY;
  }
  const text = texts.get(request) ?? JSON.stringify(circumstancesOf(request));
  if (request.trail.actor) {
    texts.set(request, text);
  }
  return text;
}
