import autocannon from 'autocannon';
import type { LoadOrder, LoadResult, Targets } from './load-order.js';

/*
 * The load generator, in a process of its own: it takes one order after the other and answers each with what
 * it saw. All servers get their requests from here.
 */

let requests: { method: 'GET'; path: string; headers: Record<string, string> }[] = [];

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
    // Each connection in an order of its own, or all of them would ask for the same row at once.
    setupClient: (client) =>
      client.setRequests(turned(requests, Math.floor(Math.random() * requests.length))),
  });
  const { latency, non2xx, errors, timeouts } = result;
  return {
    requests: result['2xx'],
    seconds: result.duration,
    failures: non2xx + errors + timeouts,
    slowestMilliseconds: latency.p99,
  };
}

function turned<Item>(items: readonly Item[], by: number): Item[] {
  return [...items.slice(by), ...items.slice(0, by)];
}
