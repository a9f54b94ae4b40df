import type { Server, ServerOptions } from 'node:http';
import type { HttpConfig } from '../http.config.js';

/** How often Node looks for senders that are too slow: so much later than the limit they are cut. */
const SLOW_SENDER_CHECK_MILLISECONDS = 500;

/** The limits that Node keeps before a request exists, as the server is made with them. */
export function nodeLimits(config: HttpConfig) {
  const requestTimeout = config.requestTimeoutSeconds * 1000;
  return {
    maxHeaderSize: config.maxHeaderBytes,
    requestTimeout,
    headersTimeout: Math.min(config.headersTimeoutSeconds * 1000, requestTimeout),
    keepAliveTimeout: config.keepAliveTimeoutSeconds * 1000,
    connectionsCheckingInterval: SLOW_SENDER_CHECK_MILLISECONDS,
    // Two parsers that read the same bytes differently are a smuggled request: never lenient.
    insecureHTTPParser: false,
    // Node would answer a missing Host with two bare lines; `checkRequestHead` answers it.
    requireHostHeader: false,
  } satisfies ServerOptions;
}

/** The limits that Node takes from the server itself. */
export function limitServer(server: Server, config: HttpConfig): void {
  server.maxConnections = config.maxConnections;
  // One more than allowed: Node would drop the others in silence, and nobody could refuse them.
  server.maxHeadersCount = config.maxHeaders + 1;
  // Connections that only wait for a next request must not keep a new caller, or a probe, away.
  server.on('drop', () => server.closeIdleConnections());
}
