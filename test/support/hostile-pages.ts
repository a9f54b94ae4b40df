import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostilePages {
  readonly port: number;
  stop(): Promise<void>;
}

/** What some programs strip and browsers do not; in Latin-1, as headers are sent. */
const BLANKS = ['\u00a0', '\u0085', '\u00c2\u00a0'];

/**
 * An empty page under every name, without any policy of its own: what stops it is what it attacks.
 * A server, because Playwright's own routes would answer preflights in the API's place.
 */
export async function startHostilePages(): Promise<HostilePages> {
  const server = createServer(({ url = '' }, response) => {
    const site = /\?plant=([\w.]+)$/.exec(url)?.[1];
    const cookies = BLANKS.map((blank) => `${blank}__Host-session=${'A'.repeat(43)}; Domain=${site}; Path=/`);
    response.writeHead(200, {
      'content-type': 'text/html',
      ...(site === undefined ? {} : { 'set-cookie': cookies }),
    });
    response.end('<!doctype html><title>hostile</title>');
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
