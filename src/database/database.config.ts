import { configSlice } from '../platform/config/config-slice.js';
import { connectionUrl, wholeNumber } from '../platform/config/setting-types.js';

/** The connection of the application's own role: rows and verbs, never the owner's rights. */
export class DatabaseConfig extends configSlice({
  title: 'Database',
  prefix: 'DATABASE_',
  settings: {
    url: {
      variable: 'DATABASE_URL',
      schema: connectionUrl('postgresql', 'postgres'),
      description: 'PostgreSQL URL of the role secure_api_application. Required.',
      secret: true,
    },
    poolSize: {
      variable: 'DATABASE_POOL_SIZE',
      schema: wholeNumber({ min: 1, max: 200 }).default(10),
      description: 'Connections that one instance keeps at most.',
    },
    connectTimeoutSeconds: {
      variable: 'DATABASE_CONNECT_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 60 }).default(5),
      description: 'Time to wait for a free connection; after it the request is answered with 503.',
    },
    statementTimeoutSeconds: {
      variable: 'DATABASE_STATEMENT_TIMEOUT_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(10),
      description: 'Time after which PostgreSQL ends a statement; the request is answered with 503.',
    },
  },
}) {}
