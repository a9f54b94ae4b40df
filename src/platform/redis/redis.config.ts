import { configSlice } from '../config/config-slice.js';
import { connectionUrl } from '../config/setting-types.js';

/** The Redis (or Valkey) that instances share. */
export class RedisConfig extends configSlice({
  title: 'Redis',
  settings: {
    url: {
      variable: 'REDIS_URL',
      schema: connectionUrl('redis', 'rediss').optional(),
      description:
        'Redis or Valkey shared by all instances (redis:// or rediss://). Absent: no Redis; instances reach each other through PostgreSQL.',
      secret: true,
    },
  },
}) {}
