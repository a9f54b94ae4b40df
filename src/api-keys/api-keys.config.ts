import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { oneOf, text, wholeNumber } from '../platform/config/setting-types.js';
import { keyRing } from '../platform/crypto/key-ring-setting.js';
import { RateLimitConfig } from '../rate-limit/rate-limit.config.js';

/** How keys of programs are made, and how long they live. */
export class ApiKeysConfig extends configSlice({
  title: 'API keys',
  prefix: 'API_KEY_',
  settings: {
    peppers: {
      variable: 'API_KEY_PEPPERS',
      schema: keyRing(),
      description:
        'Peppers of the stored hashes: id:key, separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32). The first one hashes, all of them verify; `npm run api-keys:peppers` says when an old one can go. Required.',
      secret: true,
    },
    environment: {
      variable: 'API_KEY_ENVIRONMENT',
      schema: oneOf(['live', 'test']).default('live'),
      description:
        '`live` or `test`, written into each key; a key of the other kind is refused without a look-up.',
    },
    maxLifetimeDays: {
      variable: 'API_KEY_MAX_LIFETIME_DAYS',
      schema: wholeNumber({ min: 1, max: 365 }).default(90),
      description: 'Longest life of a secret, and what a key gets that asks for none.',
    },
    noticeDays: {
      variable: 'API_KEY_NOTICE_DAYS',
      schema: wholeNumber({ min: 1, max: 90 }).default(14),
      description: 'How long before its end a key is announced, as an event and in X-API-Key-Expires.',
    },
    maxKeysPerOwner: {
      variable: 'API_KEY_MAX_KEYS_PER_OWNER',
      schema: wholeNumber({ min: 1, max: 10_000 }).default(100),
      description: 'Keys that one owner may have that are neither revoked nor expired.',
    },
    defaultRatePlan: {
      variable: 'API_KEY_DEFAULT_RATE_PLAN',
      schema: text({ maxLength: 40 }).default('standard'),
      description: 'Plan of RATE_LIMIT_PLANS for keys that nobody chose one for.',
    },
    cacheSeconds: {
      variable: 'API_KEY_CACHE_SECONDS',
      schema: wholeNumber({ min: 1, max: 300 }).default(30),
      description:
        'How long an instance trusts what it knows of a key while the push channel stands; what is revoked is pushed and forgotten at once.',
    },
  },
  rules: ({ defaultRatePlan }, { read }): Problem[] => {
    const plans = read(RateLimitConfig)?.plans;
    return plans && !plans.entries.some(([name]) => name === defaultRatePlan)
      ? [{ variable: 'API_KEY_DEFAULT_RATE_PLAN', rule: 'is not a plan of RATE_LIMIT_PLANS' }]
      : [];
  },
}) {}
