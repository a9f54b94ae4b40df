import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { calendarDate } from '../platform/config/setting-types.js';
import { faultOf } from './deprecation.js';

/** When versions end. A date in the code would be wrong on the day on which somebody copies it. */
export class VersioningConfig extends configSlice({
  title: 'Versions',
  // The second one is that of the command which sends notices: its mail server is none of the API's business.
  prefix: ['API_V1_', 'NOTICES_'],
  settings: {
    v1DeprecatedOn: {
      variable: 'API_V1_DEPRECATED_ON',
      schema: calendarDate(),
      description:
        'Day on which the end of /v1 is announced, such as 2027-01-15 (UTC): from then on its answers carry Deprecation, Sunset and Link. Required.',
    },
    v1SunsetOn: {
      variable: 'API_V1_SUNSET_ON',
      schema: calendarDate(),
      description:
        'Day on which /v1 ends and answers 410, at least twelve months after the announcement. Required.',
    },
  },
  rules: ({ v1DeprecatedOn, v1SunsetOn }): Problem[] => {
    const rule = faultOf({ announcedAt: v1DeprecatedOn, sunsetAt: v1SunsetOn });
    return rule === null ? [] : [{ variable: 'API_V1_SUNSET_ON', rule }];
  },
}) {}
