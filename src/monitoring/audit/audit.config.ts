import { configSlice } from '../../platform/config/config-slice.js';
import { keyRing } from '../../platform/crypto/key-ring-setting.js';

/** The keys of the seal over the audit trail. The database has none of them. */
export class AuditConfig extends configSlice({
  title: 'Audit trail',
  prefix: 'AUDIT_',
  settings: {
    keys: {
      variable: 'AUDIT_KEYS',
      schema: keyRing(),
      description:
        'Keys that seal the audit trail: id:key, separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32). The first one seals; the others stay for as long as something that they sealed is kept. Required.',
      secret: true,
    },
  },
}) {}
