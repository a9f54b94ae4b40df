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
        'Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and CIDR blocks separated by commas, or how many stand in a row. Absent: nobody is believed, and the client is who connects.',
    },
    bodyLimitBytes: {
      variable: 'HTTP_SERVER_BODY_LIMIT_BYTES',
      schema: wholeNumber({ min: 1024, max: 10_485_760 }).default(65_536),
      description: 'Largest request body that is read; a larger one is answered with 413.',
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
    shutdownTimeoutSeconds: {
      variable: 'HTTP_SERVER_SHUTDOWN_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(20),
      description: 'Time that requests in flight get to finish after SIGTERM before the process ends.',
    },
  },
}) {}
