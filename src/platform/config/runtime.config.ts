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
  },
}) {}
