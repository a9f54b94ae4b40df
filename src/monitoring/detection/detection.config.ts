import { z } from 'zod';
import { configSlice } from '../../platform/config/config-slice.js';
import { text } from '../../platform/config/setting-types.js';
import type { DetectionRule } from './detection-rule.js';
import { CountryFile } from './origins/country-file.js';
import { readThresholds } from './thresholds.js';

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
    thresholds: {
      variable: 'DETECTION_THRESHOLDS',
      schema: text({ maxLength: 1000 }).transform(parseThresholds).optional(),
      description:
        'Other thresholds than those in docs/DETECTION.md, as rule:number, separated by commas, such as validation-scan:100; of rules that count. Absent: those.',
    },
  },
  // Where two sources disagree, every change between them would look like a journey.
  rules: ({ countryHeader, countryFile }) =>
    countryHeader !== undefined && countryFile !== undefined
      ? [{ variable: 'DETECTION_GEOIP_FILE', rule: 'and DETECTION_COUNTRY_HEADER exclude each other' }]
      : [],
}) {
  /** From how many on it is an attack. */
  thresholdOf({ id, threshold }: DetectionRule): number {
    return this.thresholds?.get(id) ?? threshold;
  }
}

function parseThresholds(list: string, context: z.RefinementCtx): ReadonlyMap<string, number> {
  try {
    return readThresholds(list);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
}

function readCountryFile(file: string, context: z.RefinementCtx): CountryFile {
  const result = CountryFile.read(file);
  if (result instanceof CountryFile) {
    return result;
  }
  context.addIssue(result.fault);
  return z.NEVER;
}
