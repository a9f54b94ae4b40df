import { configSlice } from '../../platform/config/config-slice.js';
import { wholeNumber } from '../../platform/config/setting-types.js';

/** How long it is known who called what has an announced end. */
export class DeprecatedUsageConfig extends configSlice({
  title: 'Usage of what is deprecated',
  prefix: 'DEPRECATED_USAGE_',
  settings: {
    retentionDays: {
      variable: 'DEPRECATED_USAGE_RETENTION_DAYS',
      schema: wholeNumber({ min: 31, max: 1100 }).default(400),
      description:
        'Whole days for which the calls of a day are kept, by caller; then they are deleted. The notices look at the last 30 days. By default as long as the shortest notice, and a month.',
    },
  },
}) {}
