import { configSlice } from '../platform/config/config-slice.js';
import { wholeNumber } from '../platform/config/setting-types.js';
import { rate } from './rate.js';
import { ratePlans } from './rate-plans.js';

/** How much each kind of caller may ask for. */
export class RateLimitConfig extends configSlice({
  title: 'Rate limits',
  prefix: 'RATE_LIMIT_',
  settings: {
    anonymous: {
      variable: 'RATE_LIMIT_ANONYMOUS',
      schema: rate().prefault('60/hour'),
      description:
        'Requests without a credential, for each address (IPv6: each /64). A rate is a number per second, minute, hour or day; "burst" says how many of them may come at once, otherwise all.',
    },
    subject: {
      variable: 'RATE_LIMIT_SUBJECT',
      schema: rate().prefault('5000/hour'),
      description: 'Requests of each authenticated subject.',
    },
    plans: {
      variable: 'RATE_LIMIT_PLANS',
      schema: ratePlans().prefault('standard=1000/hour,high=20000/hour'),
      description:
        'Rates by name for credentials with a plan of their own; an unknown plan gets the anonymous rate.',
    },
    credentialEndpoints: {
      variable: 'RATE_LIMIT_CREDENTIAL_ENDPOINTS',
      schema: rate().prefault('30/hour burst 10'),
      description:
        'Log-ins and creations of credentials, for each address: instead of the anonymous limit, and beside that of a known caller.',
    },
    failedAuthentication: {
      variable: 'RATE_LIMIT_FAILED_AUTHENTICATION',
      schema: rate().prefault('60/hour burst 20'),
      description:
        'Refused credentials for each address; beyond it the address’s credentials are not even looked at.',
    },
    documentation: {
      variable: 'RATE_LIMIT_DOCUMENTATION',
      schema: rate().prefault('600/hour'),
      description: 'Documentation pages and their parts, for each address.',
    },
    maxLocalBuckets: {
      variable: 'RATE_LIMIT_MAX_LOCAL_BUCKETS',
      schema: wholeNumber({ min: 1000, max: 1_000_000 }).default(100_000),
      description: 'Buckets that one instance keeps in memory at most; about 200 bytes each.',
    },
    redisTimeoutMilliseconds: {
      variable: 'RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS',
      schema: wholeNumber({ min: 5, max: 5000 }).default(50),
      description: 'Time that a request waits for Redis before its instance decides alone.',
    },
    localSharePercent: {
      variable: 'RATE_LIMIT_LOCAL_SHARE_PERCENT',
      schema: wholeNumber({ min: 1, max: 100 }).default(50),
      description:
        'Share of each limit that an instance grants by itself while Redis is away; with N instances 100/N keeps the sum.',
    },
  },
}) {}
