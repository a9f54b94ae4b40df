import { configSlice, type Problem } from '../platform/config/config-slice.js';
import { exactOrigin } from '../platform/config/exact-origin.js';
import { insecureUrlRule } from '../platform/config/insecure-url.js';
import { listOf, oneOf, text, wholeNumber } from '../platform/config/setting-types.js';
import { returnUrls } from './log-in/return-urls.js';

/** Browser sessions: this API as a client of the issuer, and how long a person stays logged in. */
export class SessionConfig extends configSlice({
  title: 'Browser sessions',
  prefix: 'SESSION_',
  settings: {
    clientId: {
      variable: 'SESSION_CLIENT_ID',
      schema: text({ maxLength: 255 }).optional(),
      description:
        'Client id of this API at the issuer, for the log-in of people at a browser. Absent: nobody can log in here, and callers bring a token.',
    },
    clientSecret: {
      variable: 'SESSION_CLIENT_SECRET',
      schema: text({ maxLength: 1000 }).optional(),
      description: 'Secret of that client. Required with SESSION_CLIENT_ID.',
      secret: true,
    },
    publicOrigin: {
      variable: 'SESSION_PUBLIC_ORIGIN',
      schema: exactOrigin().optional(),
      description:
        'Origin of this API as browsers see it, such as https://api.example.com; the issuer must know its /auth/callback. Required with SESSION_CLIENT_ID; https in production.',
    },
    scopes: {
      variable: 'SESSION_SCOPES',
      schema: listOf(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'lists something that is no scope').default([
        'openid',
      ]),
      description:
        'Scopes that a log-in asks for, with openid among them, and offline_access where the issuer gives refresh tokens only for that. Absent: openid alone, and sessions that may do nothing.',
    },
    audienceParameter: {
      variable: 'SESSION_AUDIENCE_PARAMETER',
      schema: oneOf(['none', 'resource', 'audience']).default('none'),
      description:
        'How the log-in names OIDC_AUDIENCE to the issuer: `resource` (RFC 8707) or `audience` (Auth0). Absent: it does not, and the issuer knows for which API its tokens are.',
    },
    returnUrls: {
      variable: 'SESSION_RETURN_URLS',
      schema: returnUrls().optional(),
      description:
        'Where a browser may be sent after log-in, separated by commas: one page, or with a final slash everything below it. The first one is the default, also after log-out at the issuer. Required with SESSION_CLIENT_ID.',
    },
    logInMaxAgeMinutes: {
      variable: 'SESSION_LOG_IN_MAX_AGE_MINUTES',
      schema: wholeNumber({ min: 1, max: 43_200 }).optional(),
      description:
        'How long ago a person may have proven to the issuer who they are when a session begins here: sent as max_age, and auth_time is checked. Absent: as long as the issuer remembers them.',
    },
    acrValues: {
      variable: 'SESSION_ACR_VALUES',
      schema: listOf(
        /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,200}$/,
        'lists something that is no acr value',
      ).optional(),
      description:
        'Ways to log in of which one is demanded, in the words of the issuer, such as the one for a second factor: sent as acr_values, and acr is checked. Absent: the issuer decides.',
    },
    idleMinutes: {
      variable: 'SESSION_IDLE_MINUTES',
      schema: wholeNumber({ min: 2, max: 1440 }).default(30),
      description: 'Time without a request after which a session ends.',
    },
    lifetimeHours: {
      variable: 'SESSION_LIFETIME_HOURS',
      schema: wholeNumber({ min: 1, max: 720 }).default(12),
      description: 'Time after which a session ends in any case.',
    },
    renewBeforeSeconds: {
      variable: 'SESSION_RENEW_BEFORE_SECONDS',
      schema: wholeNumber({ min: 10, max: 240 }).default(60),
      description:
        'How long before its end an access token is renewed, by the first request that comes then.',
    },
  },
  rules: (
    { clientId, clientSecret, publicOrigin, returnUrls: urls, scopes },
    { isProduction },
  ): Problem[] => {
    const rules: [variable: string, rule: string | null][] = [];
    if (clientId !== undefined) {
      const isRequired = 'is required with SESSION_CLIENT_ID';
      rules.push(
        ['SESSION_CLIENT_SECRET', clientSecret === undefined ? isRequired : null],
        ['SESSION_PUBLIC_ORIGIN', publicOrigin === undefined ? isRequired : null],
        ['SESSION_RETURN_URLS', urls === undefined ? isRequired : null],
        ['SESSION_SCOPES', scopes.includes('openid') ? null : 'must contain openid'],
      );
    }
    for (const url of publicOrigin === undefined ? [] : [publicOrigin]) {
      rules.push(['SESSION_PUBLIC_ORIGIN', insecureUrlRule(url, isProduction)]);
    }
    for (const url of urls ?? []) {
      rules.push(['SESSION_RETURN_URLS', insecureUrlRule(url.href, isProduction)]);
    }
    return rules.flatMap(([variable, rule]) => (rule === null ? [] : [{ variable, rule }]));
  },
}) {}
