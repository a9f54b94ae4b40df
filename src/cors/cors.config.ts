import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { exactOrigins } from '../platform/config/exact-origin.js';
import { insecureUrlRule } from '../platform/config/insecure-url.js';
import { wholeNumber } from '../platform/config/setting-types.js';

/** Which pages of other origins may call this API from a browser. */
export class CorsConfig extends configSlice({
  title: 'Cross-origin requests',
  prefix: 'CORS_',
  settings: {
    allowedOrigins: {
      variable: 'CORS_ALLOWED_ORIGINS',
      schema: exactOrigins().default([]),
      description:
        'Origins whose pages may call the API, separated by commas, each exactly as a browser sends it (https://app.example.com); https in production. Absent: none.',
    },
    preflightMaxAgeSeconds: {
      variable: 'CORS_PREFLIGHT_MAX_AGE_SECONDS',
      schema: wholeNumber({ min: 0, max: 86_400 }).default(600),
      description:
        'How long a browser remembers what it was allowed; so long an origin that was taken from the list can still send, and not read. Browsers keep to two hours at most.',
    },
  },
  rules: ({ allowedOrigins }, { isProduction }): Problem[] => {
    const faults = allowedOrigins.map((origin) => insecureUrlRule(origin, isProduction));
    const rule = faults.find((fault) => fault !== null);
    return rule ? [{ variable: 'CORS_ALLOWED_ORIGINS', rule }] : [];
  },
}) {}
