import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { StartFailure } from './start-failure.ts';

/** `localhost` is two addresses, and which of them a client tries first depends on the machine. */
const LOOPBACK = ['127.0.0.1', '::1'];

export interface ServerPlace {
  readonly port: number;
  /** Who needs the port, and how to choose another: for the message when it is taken. */
  readonly owner: string;
  readonly variable: string;
}

/** Listens on every address that `localhost` may be. @throws StartFailure when the port is taken */
export async function listenOnLoopback(
  { port, owner, variable }: ServerPlace,
  listener: RequestListener,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of LOOPBACK) {
    const server = createServer(listener).listen(port, host);
    try {
      await once(server, 'listening');
      servers.push(server);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' || host === LOOPBACK[0]) {
        await closeServers(servers);
        throw new StartFailure(
          `Port ${port} is taken, and ${owner} needs it: stop what uses it, or choose another with ${variable}.`,
          { cause: error },
        );
      }
      // This machine has no IPv6; localhost is then one address only.
    }
  }
  return servers;
}

export async function closeServers(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
}
