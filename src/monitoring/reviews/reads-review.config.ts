import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

/** What `npm run review:reads` looks at, and from when on it finds that somebody has read much. */
export class ReadsReviewConfig extends configSlice({
  title: 'Command review:reads',
  prefix: 'REVIEW_READS_',
  settings: {
    days: {
      variable: 'REVIEW_READS_DAYS',
      schema: wholeNumber({ min: 1, max: 365 }).default(7),
      description: 'So many days back; as many as lie between two reviews.',
    },
    maxPerDay: {
      variable: 'REVIEW_READS_MAX_PER_DAY',
      schema: wholeNumber({ min: 1, max: 1_000_000 }).default(200),
      description:
        'Sensitive fields in the clear that one subject may see on one day before it is a finding.',
    },
  },
}) {}
