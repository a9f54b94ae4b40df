import { configSlice } from '../../platform/config/config-slice.js';
import { text } from '../../platform/config/setting-types.js';

/** What detection needs to know from outside. */
export class DetectionConfig extends configSlice({
  title: 'Detection',
  prefix: 'DETECTION_',
  settings: {
    countryHeader: {
      variable: 'DETECTION_COUNTRY_HEADER',
      schema: text({ maxLength: 100 })
        .regex(/^[a-z][a-z0-9-]*$/, 'is not the name of a header in lower case')
        .optional(),
      description:
        'Header in which your proxy says from which country a request comes, such as cf-ipcountry; believed only from a trusted proxy, which must set or remove it on every request. Absent: countries are not looked at.',
    },
  },
}) {}
