import { configSlice } from '../config/config-slice.js';
import { randomSecret } from '../config/setting-types.js';

/** The one secret from which the application derives its signing keys. */
export class CryptoConfig extends configSlice({
  title: 'Cryptography',
  prefix: 'APPLICATION_SECRET',
  settings: {
    applicationSecret: {
      variable: 'APPLICATION_SECRET',
      schema: randomSecret(),
      description:
        'Secret of 32 random bytes (openssl rand -base64 32), the same on every instance. Required. Changing it makes page cursors that clients hold invalid.',
      secret: true,
    },
  },
}) {}
