import { configSlice } from './config-slice.js';
import { oneOf } from './setting-types.js';

/** Which kind of environment this is. Absent means production, the strictest. */
export class RuntimeConfig extends configSlice({
  title: 'Runtime',
  settings: {
    environment: {
      variable: 'NODE_ENV',
      schema: oneOf(['production', 'development', 'test']).default('production'),
      description:
        'Kind of environment. Absent means production: plaintext is refused, of issuers and of callers.',
    },
    tlsVerification: {
      variable: 'NODE_TLS_REJECT_UNAUTHORIZED',
      schema: oneOf(['0', '1']).default('1'),
      description:
        'A switch of Node: with 0 it believes whoever answers, the issuer and the receiver of alerts included. Production does not start with that.',
    },
  },
  rules: ({ environment, tlsVerification }) =>
    environment === 'production' && tlsVerification === '0'
      ? [{ variable: 'NODE_TLS_REJECT_UNAUTHORIZED', rule: 'must not be 0 in production' }]
      : [],
}) {}
