import { configSlice } from '../config/config-slice.js';
import { randomSecret } from '../config/setting-types.js';

/** The one secret from which the application derives keys for what it hands out. */
export class CryptoConfig extends configSlice({
  title: 'Cryptography',
  prefix: 'APPLICATION_SECRET',
  settings: {
    applicationSecret: {
      variable: 'APPLICATION_SECRET',
      schema: randomSecret(),
      description:
        'Secret of 32 random bytes (openssl rand -base64 32), the same on every instance. Required. Changing it makes page cursors invalid and forgets idempotency keys, so that a request repeated at that moment is done twice.',
      secret: true,
    },
  },
}) {}
