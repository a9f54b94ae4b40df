import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

const days = wholeNumber({ min: 1, max: 365 });

/** From when on `npm run review:access` finds that somebody may do more than they need. */
export class AccessReviewConfig extends configSlice({
  title: 'Command review:access',
  prefix: 'REVIEW_ACCESS_',
  settings: {
    dormantDays: {
      variable: 'REVIEW_ACCESS_DORMANT_DAYS',
      schema: days.default(60),
      description:
        'Days after which a subject that has good keys, and was here neither with one of them nor in a browser session that still lasts, is a finding.',
    },
    containedDays: {
      variable: 'REVIEW_ACCESS_CONTAINED_DAYS',
      schema: days.default(30),
      description: 'Days after which a containment that nobody has lifted is a finding: decide for good.',
    },
  },
}) {}
