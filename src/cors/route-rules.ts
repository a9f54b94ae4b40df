import type { FastifyContextConfig } from 'fastify';
import '../platform/http/routes/public.decorator.js';
import '../platform/http/routes/reads-headers.js';
import { SAFE_METHODS } from '../platform/http/safe-methods.js';
import type { CrossOriginPolicy } from './cross-origin.decorator.js';

/** What pages of other origins may do with one route: a method of a URL. */
export interface RouteRule {
  readonly policy: CrossOriginPolicy;
  /** Request headers that they may send beside what is always allowed; in lower case. */
  readonly requestHeaders: readonly string[];
}

/** The methods without a body. */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE']);

/** The policy of a route, from what its decorators say of it. A URL without a route has none. */
export function policyOf({ crossOrigin, isPublic }: FastifyContextConfig): CrossOriginPolicy {
  return crossOrigin ?? (isPublic ? 'none' : 'allowed');
}

/**
 * The rule of a route: no header that it does not read.
 * @throws Error for a route that asks who calls and is open to every page at once
 */
export function ruleOf(method: string, url: string, config: FastifyContextConfig): RouteRule {
  const policy = policyOf(config);
  if (policy === 'any' && !config.isPublic) {
    throw new Error(`${method} ${url} authenticates its callers and must not be open to any origin (P7.1)`);
  }
  return {
    policy,
    requestHeaders: [
      'x-request-id',
      'traceparent',
      ...(config.isPublic ? [] : ['authorization']),
      ...(BODILESS.has(method) ? [] : ['content-type']),
      ...(SAFE_METHODS.has(method) || config.isPublic ? [] : ['x-csrf-token']),
      ...(config.readHeaders ?? []),
    ],
  };
}
