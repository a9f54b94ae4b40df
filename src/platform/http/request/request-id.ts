import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a caller may choose as request id: nothing that could forge a log line or fill a disk. */
export const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$/;

/** The caller's `X-Request-Id` when it is well formed, otherwise a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const proposed = request.headers['x-request-id'];
  return typeof proposed === 'string' && REQUEST_ID.test(proposed) ? proposed : randomUUID();
}
