import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections and to servers that ask for any: what a test has chosen
 * is taken by none of those before it listens there, or while it has stopped to listen for a moment.
 */
const [FIRST, END] = [12_000, 32_000];
/** Of each worker, so that none chooses what another one has chosen. */
const PORTS_OF_A_WORKER = 1000;
const firstOfThisOne =
  FIRST + ((Number(process.env['VITEST_POOL_ID'] ?? 0) * PORTS_OF_A_WORKER) % (END - FIRST));
let next = randomInt(PORTS_OF_A_WORKER);

/** A TCP port of loopback on which nobody listens at the moment, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstOfThisOne + next;
    next = (next + 1) % PORTS_OF_A_WORKER;
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) {
      await once(server, 'close');
      return port;
    }
  }
}
