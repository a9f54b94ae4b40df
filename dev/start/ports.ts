import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from '../start-failure.ts';

const LOOPBACK = ['127.0.0.1', '::1'];
const RETRY_MILLISECONDS = 200;

export interface NeededPort {
  readonly port: number;
  /** Who needs it, for the message. */
  readonly owner: string;
  readonly variable: string;
}

/**
 * Asks before anything is started, so that nothing has to be taken back.
 * @param graceSeconds how long a port may still be taken by what an earlier start left behind
 */
export async function assertPortsFree(ports: readonly NeededPort[], graceSeconds: number): Promise<void> {
  const deadline = Date.now() + graceSeconds * 1000;
  for (const { port, owner, variable } of ports) {
    while (!(await isFree(port))) {
      if (Date.now() >= deadline) {
        throw new StartFailure(
          `Port ${port} is taken, and ${owner} needs it: stop what uses it, or choose another with ${variable}.`,
        );
      }
      await delay(RETRY_MILLISECONDS);
    }
  }
}

/** On both addresses that a client may take `localhost` for. */
async function isFree(port: number): Promise<boolean> {
  const answers = await Promise.all(
    LOOPBACK.map(async (host) => (await canListen(port, host)) && !(await isAnswered(port, host))),
  );
  return answers.every(Boolean);
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Any other reason, such as a machine without IPv6, is not a taken port.
    return !['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Some systems allow to listen on one address while another program has them all. */
async function isAnswered(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
