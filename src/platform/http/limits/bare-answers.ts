import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Node answers some requests itself, with a status line and nothing else, or with silence.
 * Here they take the door of all others: an expectation becomes an ordinary request, which is
 * then refused as one, and CONNECT, after which the bytes would belong to a tunnel that does
 * not exist, is refused on the socket. A wish to upgrade is ignored, as RFC 9110 §7.8 allows:
 * no listener is there for it, so that the request is answered over HTTP/1.1.
 */
export function replaceBareAnswers(server: Server, refuseTunnel: (socket: Duplex) => void): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuseTunnel(socket));
}
