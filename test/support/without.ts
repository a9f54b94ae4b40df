import { apiDocsRemovals } from './removals/api-docs.js';
import { apiKeyRemovals } from './removals/api-keys.js';
import { authRemovals } from './removals/auth.js';
import { corsRemovals } from './removals/cors.js';
import { databaseRemovals } from './removals/database.js';
import { monitoringRemovals } from './removals/monitoring.js';
import { rateLimitRemovals } from './removals/rate-limit.js';
import type { Removal } from './removals/removal.js';
import { sessionRemovals } from './removals/sessions.js';
import { transportRemovals } from './removals/transport.js';
import { validationRemovals } from './removals/validation.js';
import { versioningRemovals } from './removals/versioning.js';

const removals = {
  ...authRemovals,
  ...sessionRemovals,
  ...corsRemovals,
  ...apiKeyRemovals,
  ...rateLimitRemovals,
  ...validationRemovals,
  ...transportRemovals,
  ...monitoringRemovals,
  ...databaseRemovals,
  ...versioningRemovals,
  ...apiDocsRemovals,
} as const satisfies Record<string, Removal>;

export type Defence = keyof typeof removals;

/**
 * The one way in which a test takes a defence out, to show that its proof fails without it.
 * It lives in the tests: no setting of the application can do this.
 */
export function without(defence: Defence): Removal {
  return removals[defence];
}
