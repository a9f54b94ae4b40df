import { configSlice } from '../config/config-slice.js';
import { redisUrl, requireTls } from './redis-url.js';

/** The Redis (or Valkey) that instances share. */
export class RedisConfig extends configSlice({
  title: 'Redis',
  settings: {
    url: {
      variable: 'REDIS_URL',
      schema: redisUrl().optional(),
      description:
        'Redis or Valkey shared by all instances: in production rediss://, unless it is on loopback, and with ssl_ca_certs=FILE for an authority of your own. Absent: no Redis; instances reach each other through PostgreSQL.',
      secret: true,
    },
  },
  rules: ({ url }, context) => requireTls('REDIS_URL', url, context),
}) {}
