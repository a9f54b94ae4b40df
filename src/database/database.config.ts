import { configSlice } from '../platform/config/config-slice.js';
import { wholeNumber } from '../platform/config/setting-types.js';
import { databaseUrl, requireVerifiedTls } from './connection/database-url.js';

/** The connection of the application's own role: rows and verbs, never the owner's rights. */
export class DatabaseConfig extends configSlice({
  title: 'Database',
  prefix: 'DATABASE_',
  settings: {
    url: {
      variable: 'DATABASE_URL',
      schema: databaseUrl(),
      description:
        'PostgreSQL URL of the role secure_api_application; in production with sslmode=verify-full, and sslrootcert=FILE for an authority of your own. Required.',
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
    slowQueryMilliseconds: {
      variable: 'DATABASE_SLOW_QUERY_MILLISECONDS',
      schema: wholeNumber({ min: 1, max: 300_000 }).default(500),
      description:
        'Statements that take at least this long are logged, with their placeholders and no value.',
    },
  },
  rules: ({ url }, context) => requireVerifiedTls('DATABASE_URL', url, context),
}) {}
