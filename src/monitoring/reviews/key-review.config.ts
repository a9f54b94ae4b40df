import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

const days = wholeNumber({ min: 1, max: 365 });

/** From when on `npm run review:keys` finds something wrong with an API key. */
export class KeyReviewConfig extends configSlice({
  title: 'Command review:keys',
  prefix: 'REVIEW_KEYS_',
  settings: {
    maxAgeDays: {
      variable: 'REVIEW_KEYS_MAX_AGE_DAYS',
      schema: days.default(180),
      description: 'Days after which a secret that was not rotated is a finding.',
    },
    unusedDays: {
      variable: 'REVIEW_KEYS_UNUSED_DAYS',
      schema: days.default(90),
      description: 'Days after which a key that nobody uses is a finding: it can be revoked.',
    },
    endingDays: {
      variable: 'REVIEW_KEYS_ENDING_DAYS',
      schema: days.default(14),
      description: 'A key in use that ends within so many days is a finding: its owner should rotate it.',
    },
  },
}) {}
