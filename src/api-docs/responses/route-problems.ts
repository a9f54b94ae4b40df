import { apiKeysErrors } from '../../api-keys/api-keys.errors.js';
import { authErrors } from '../../auth/auth.errors.js';
import { sessionErrors } from '../../auth/session.errors.js';
import { corsErrors } from '../../cors/cors.errors.js';
import { databaseErrors } from '../../database/database.errors.js';
import { idempotencyErrors } from '../../database/idempotency/idempotency.errors.js';
import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { platformErrors } from '../../platform/errors/platform.errors.js';
import { rateLimitErrors } from '../../rate-limit/rate-limit.errors.js';
import { transportErrors } from '../../transport/transport.errors.js';
import { validationErrors } from '../../validation/validation.errors.js';
import { versioningErrors } from '../../versioning/versioning.errors.js';
import type { RouteFacts } from '../routes/route-facts.js';

/** Whatever is called: how it arrives, how often, and what can go wrong here. */
const OF_EVERY_ROUTE: readonly ErrorCondition[] = [
  platformErrors.badRequest,
  platformErrors.forbidden,
  platformErrors.uriTooLong,
  platformErrors.expectationFailed,
  platformErrors.headersTooLarge,
  platformErrors.internal,
  platformErrors.unavailable,
  validationErrors.invalid,
  transportErrors.tlsRequired,
  transportErrors.credentialExposed,
  rateLimitErrors.exceeded,
  databaseErrors.unavailable,
];

const OF_BODIES: readonly ErrorCondition[] = [
  platformErrors.bodyTooLarge,
  platformErrors.unsupportedMediaType,
  validationErrors.malformedJson,
];

const OF_CREDENTIALS: readonly ErrorCondition[] = [
  authErrors.credentialsMissing,
  authErrors.invalidToken,
  authErrors.multipleCredentials,
  authErrors.issuerUnavailable,
  sessionErrors.ended,
  apiKeysErrors.invalid,
];

export interface Circumstances {
  readonly isSafe: boolean;
  readonly isDeprecated: boolean;
}

/** Every condition in which a call of the route can end, by what its decorators enforce. */
export function problemsOf(route: RouteFacts, { isSafe, isDeprecated }: Circumstances): ErrorCondition[] {
  const { isPublic, isClosed, scopes, roles } = route;
  const isRefusable = !isPublic && (isClosed || roles.length > 0 || (!isSafe && !route.allowsReadOnly));
  const conditions = [
    ...OF_EVERY_ROUTE,
    ...(isSafe ? [] : OF_BODIES),
    ...(isPublic ? [] : OF_CREDENTIALS),
    ...(isPublic || isSafe ? [] : [corsErrors.unintended]),
    ...(scopes.length > 0 ? [authErrors.insufficientScope] : []),
    ...(isRefusable ? [authErrors.forbidden] : []),
    ...(route.isIdempotent ? Object.values(idempotencyErrors) : []),
    ...(route.isThrottled ? [rateLimitErrors.overloaded] : []),
    ...(isDeprecated ? [versioningErrors.gone] : []),
    ...route.raises,
  ];
  return [...new Set<ErrorCondition>(conditions)];
}
