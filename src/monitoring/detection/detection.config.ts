import { z } from 'zod';
import { configSlice } from '../../platform/config/config-slice.js';
import { text } from '../../platform/config/setting-types.js';
import { CountryFile } from './origins/country-file.js';

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
        'Header in which your proxy says from which country a request comes, such as cf-ipcountry; believed only from a trusted proxy, which must set or remove it on every request. Absent: countries come from DETECTION_GEOIP_FILE; without either they are not looked at.',
    },
    countryFile: {
      variable: 'DETECTION_GEOIP_FILE',
      schema: text({ maxLength: 4096 }).transform(readCountryFile).optional(),
      description:
        'Database in the format of MaxMind (.mmdb) that says in which country an address is, such as GeoLite2-Country or one of DB-IP, in place of DETECTION_COUNTRY_HEADER; read once, at the start, so that a renewed file needs a restart. Absent: not used.',
    },
  },
  // Where two sources disagree, every change between them would look like a journey.
  rules: ({ countryHeader, countryFile }) =>
    countryHeader !== undefined && countryFile !== undefined
      ? [{ variable: 'DETECTION_GEOIP_FILE', rule: 'and DETECTION_COUNTRY_HEADER exclude each other' }]
      : [],
}) {}

function readCountryFile(file: string, context: z.RefinementCtx): CountryFile {
  const result = CountryFile.read(file);
  if (result instanceof CountryFile) {
    return result;
  }
  context.addIssue(result.fault);
  return z.NEVER;
}
