import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostilePages {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * An empty page under every name, without any policy of its own: what stops it is what it attacks.
 * A server, because Playwright's own routes would answer preflights in the API's place.
 */
export async function startHostilePages(): Promise<HostilePages> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>hostile</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
