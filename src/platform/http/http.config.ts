import { configSlice } from '../config/config-slice.js';
import { text, wholeNumber } from '../config/setting-types.js';
import { trustedProxies } from './trusted-proxies.js';

/** Where the server listens and what it takes at most. */
export class HttpConfig extends configSlice({
  title: 'HTTP server',
  prefix: 'HTTP_SERVER_',
  settings: {
    host: {
      variable: 'HOST',
      schema: text({ maxLength: 255 }).default('127.0.0.1'),
      description: 'Address to listen on. Absent: loopback only, reachable from this machine alone.',
    },
    port: {
      variable: 'PORT',
      schema: wholeNumber({ min: 0, max: 65535 }).default(3000),
      description: 'TCP port to listen on; 0 lets the system choose a free one.',
    },
    trustedProxies: {
      variable: 'HTTP_SERVER_TRUSTED_PROXIES',
      schema: trustedProxies().default(false),
      description:
        'Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and CIDR blocks separated by commas, or how many stand in a row. They speak TLS with the world: what they do not forward as https is refused. Absent: nobody is believed, and the client is who connects.',
    },
    bodyLimitBytes: {
      variable: 'HTTP_SERVER_BODY_LIMIT_BYTES',
      schema: wholeNumber({ min: 1024, max: 10_485_760 }).default(65_536),
      description: 'Largest request body that is read; a larger one is answered with 413.',
    },
    maxHeaderBytes: {
      variable: 'HTTP_SERVER_MAX_HEADER_BYTES',
      schema: wholeNumber({ min: 4096, max: 65_536 }).default(16_384),
      description: 'Largest request line with headers that is read; a larger one is answered with 431.',
    },
    maxHeaders: {
      variable: 'HTTP_SERVER_MAX_HEADERS',
      schema: wholeNumber({ min: 20, max: 1000 }).default(100),
      description: 'Headers that one request may have; more are answered with 431.',
    },
    maxConnections: {
      variable: 'HTTP_SERVER_MAX_CONNECTIONS',
      schema: wholeNumber({ min: 1, max: 100_000 }).default(2000),
      description: 'Connections that one instance keeps at most; a further one is closed at once.',
    },
    maxRequestsPerConnection: {
      variable: 'HTTP_SERVER_MAX_REQUESTS_PER_CONNECTION',
      schema: wholeNumber({ min: 1, max: 1_000_000 }).default(1000),
      description: 'Requests after which a connection is closed, so that load spreads again over instances.',
    },
    keepAliveTimeoutSeconds: {
      variable: 'HTTP_SERVER_KEEP_ALIVE_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 600 }).default(65),
      description:
        'Time that a connection waits for its next request. It must be longer than a proxy in front keeps it, or the proxy sends requests into a connection that is being closed.',
    },
    headersTimeoutSeconds: {
      variable: 'HTTP_SERVER_HEADERS_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 60 }).default(10),
      description:
        'Time in which the headers must have arrived, and a TLS handshake be done; never more than the whole request has.',
    },
    requestTimeoutSeconds: {
      variable: 'HTTP_SERVER_REQUEST_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(15),
      description: 'Time in which a whole request must have arrived; a slower sender is answered with 408.',
    },
    handlerTimeoutSeconds: {
      variable: 'HTTP_SERVER_HANDLER_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(20),
      description: 'Time in which a request must be answered; one that takes longer is answered with 503.',
    },
    shutdownDelaySeconds: {
      variable: 'HTTP_SERVER_SHUTDOWN_DELAY_SECONDS',
      schema: wholeNumber({ min: 0, max: 120 }).default(5),
      description:
        'Time after SIGTERM in which the instance is not ready and answers as before: who asks /health/ready more often than that sends nothing here any more when it stops listening.',
    },
    drainSeconds: {
      variable: 'HTTP_SERVER_DRAIN_SECONDS',
      schema: wholeNumber({ min: 0, max: 60 }).default(2),
      description:
        'Time thereafter in which nobody can connect, and a connection that is kept open has one more request answered. It ends when no connection is open.',
    },
    shutdownTimeoutSeconds: {
      variable: 'HTTP_SERVER_SHUTDOWN_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(20),
      description: 'Time that requests in flight then get to finish before the process ends.',
    },
  },
}) {}
