import { configSlice } from '../../platform/config/config-slice.js';
import { keyRing } from '../../platform/crypto/key-ring-setting.js';

/** The keys of the sensitive fields. The database has neither of them. */
export class EncryptionConfig extends configSlice({
  title: 'Field encryption',
  prefix: 'FIELD_',
  settings: {
    encryptionKeys: {
      variable: 'FIELD_ENCRYPTION_KEYS',
      schema: keyRing(),
      description:
        'Keys that seal sensitive fields: id:key, separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32). The first one seals, all of them open. Required.',
      secret: true,
    },
    indexKeys: {
      variable: 'FIELD_INDEX_KEYS',
      schema: keyRing(),
      description:
        'Keys of the blind indexes, in the same form. The first one indexes, all of them are looked up. Required.',
      secret: true,
    },
  },
  rules: ({ encryptionKeys, indexKeys }) =>
    encryptionKeys.sharesKeyWith(indexKeys)
      ? [{ variable: 'FIELD_INDEX_KEYS', rule: 'shares a key with FIELD_ENCRYPTION_KEYS' }]
      : [],
}) {}
