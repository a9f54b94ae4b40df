import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import type { HeaderSet } from '../../platform/http/answer-headers.js';
import { pageDirectives } from './page-directives.js';
import type { PageSources } from './page-policy.decorator.js';

/** Where browsers report violations: the route of this practice. */
export const CSP_REPORTS_PATH = '/csp-reports';

const REPORTING_GROUP = 'csp';

/** Two years, in seconds: what the preload list asks for is one. */
const HSTS_MAX_AGE_SECONDS = 63_072_000;

/** Everything a page could ask of the device. An API has use for none of it. */
const DENIED_FEATURES =
  'accelerometer autoplay browsing-topics camera display-capture encrypted-media fullscreen geolocation gyroscope magnetometer microphone midi payment publickey-credentials-get screen-wake-lock usb xr-spatial-tracking'.split(
    ' ',
  );

/**
 * A JSON answer loads nothing and is framed by nobody, so that nothing can break: always enforced.
 * For the last three default-src does not stand in (CSP Level 3 §6.3, §6.4): each has to be said.
 */
const JSON_POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

export interface HeaderOptions {
  readonly isPreloaded: boolean;
  readonly isEnforced: boolean;
}

/** The headers of answers with JSON, over plaintext. */
export function jsonHeaders(): HeaderSet {
  return headersOf({ contentSecurityPolicy: { useDefaults: false, directives: JSON_POLICY } });
}

/** The headers of one page, with a policy of its own that reports its violations. */
export function pageHeaders(sources: PageSources, { isEnforced }: HeaderOptions): HeaderSet {
  const directives = {
    ...pageDirectives(sources),
    // The older of the two ways to report; who knows the newer one ignores it.
    'report-uri': [CSP_REPORTS_PATH],
    'report-to': [REPORTING_GROUP],
  };
  return {
    ...headersOf({ contentSecurityPolicy: { useDefaults: false, reportOnly: !isEnforced, directives } }),
    'reporting-endpoints': `${REPORTING_GROUP}="${CSP_REPORTS_PATH}"`,
  };
}

/** The same headers with HSTS. Over plaintext anybody on the way could send it (RFC 6797 §7.2). */
export function withHsts(headers: HeaderSet, { isPreloaded }: HeaderOptions): HeaderSet {
  const strictTransportSecurity = {
    maxAge: HSTS_MAX_AGE_SECONDS,
    includeSubDomains: true,
    preload: isPreloaded,
  };
  return { ...headers, ...run({ ...NOTHING, strictTransportSecurity }) };
}

const NOTHING = {
  contentSecurityPolicy: false,
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  originAgentCluster: false,
  referrerPolicy: false,
  strictTransportSecurity: false,
  xContentTypeOptions: false,
  // What follows spoke to browsers and plug-ins that are gone, or brought holes of its own.
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
} as const satisfies HelmetOptions;

function headersOf(policy: Pick<HelmetOptions, 'contentSecurityPolicy'>): HeaderSet {
  return {
    ...run({
      ...NOTHING,
      ...policy,
      // A window that opened ours, or was opened by it, keeps no hold on it.
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      // No other site may embed an answer, and so not read it through a side channel either.
      crossOriginResourcePolicy: { policy: 'same-origin' },
      // Paths carry ids: none of them leaves for another site in a Referer.
      referrerPolicy: { policy: 'no-referrer' },
      // JSON that holds HTML is never shown as HTML.
      xContentTypeOptions: true,
      // frame-ancestors in the words of older browsers, and while a page's policy only reports.
      xFrameOptions: { action: 'deny' },
    }),
    'permissions-policy': DENIED_FEATURES.map((feature) => `${feature}=()`).join(', '),
    // Answers belong to one caller; no cache on the way or on disk keeps them.
    'cache-control': 'no-store',
  };
}

/** helmet as a function: what it would set on a response, worked out once. */
function run(options: HelmetOptions): HeaderSet {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  let failure: unknown;
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => (failure = error));
  if (failure !== undefined) {
    throw failure as Error;
  }
  return headers;
}
