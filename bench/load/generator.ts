import { randomInt } from 'node:crypto';
import autocannon from 'autocannon';
import type { LoadOrder, LoadResult, Targets } from './load-order.js';

/*
 * The load generator, in a process of its own: it takes one order after the other and answers each with what
 * it saw. All servers get their requests from here.
 */

interface Request {
  readonly method: 'GET';
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Of all connections together: each is written out before it is sent, on the time of the slice. */
const REQUESTS_PREPARED = 1000;

let requests: Request[] = [];

process.on('message', (message: Targets | LoadOrder) => {
  if ('paths' in message) {
    requests = message.paths.map((path, index) => ({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${message.tokens[index % message.tokens.length]}` },
    }));
    process.send?.('ready');
  } else {
    void load(message).then((result) => process.send?.(result));
  }
});
process.once('disconnect', () => process.exit());

async function load({ url, connections, seconds, requests: amount }: LoadOrder): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: seconds ?? 1 } : { amount: Math.max(amount, connections) }),
    setupClient: (client) => client.setRequests(someRequests(Math.ceil(REQUESTS_PREPARED / connections))),
  });
  const { latency, non2xx, errors, timeouts } = result;
  return {
    requests: result['2xx'],
    seconds: result.duration,
    failures: non2xx + errors + timeouts,
    slowestMilliseconds: latency.p99,
  };
}

/** Drawn by lot for each connection, or all of them would ask for the same row at once. */
function someRequests(count: number): Request[] {
  return Array.from({ length: count }, () => requests[randomInt(requests.length)] as Request);
}
