import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

/** How long a repeated request is recognised. */
export class IdempotencyConfig extends configSlice({
  title: 'Idempotency',
  prefix: 'IDEMPOTENCY_',
  settings: {
    keyTtlHours: {
      variable: 'IDEMPOTENCY_KEY_TTL_HOURS',
      schema: wholeNumber({ min: 1, max: 168 }).default(24),
      description: 'Time for which the answer to a request with an Idempotency-Key is kept and repeated.',
    },
  },
}) {}
