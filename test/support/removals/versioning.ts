import { Changelog } from '../../../src/versioning/changelog/changelog.js';
import { CHANGES } from '../../../src/versioning/changelog/changes.js';
import { DeprecatedRoutes } from '../../../src/versioning/deprecated-routes.js';
import { SunsetRefusal } from '../../../src/versioning/sunset-refusal.js';
import { DeprecatedCalls } from '../../../src/versioning/usage/deprecated-calls.js';
import { replace, type Removal } from './removal.js';

/** Defences of versioning and how each is taken out. */
export const versioningRemovals = {
  'deprecation headers': {
    override: replace(DeprecatedRoutes, {
      register: () => undefined,
      refusalOf: () => undefined,
      deprecationOf: () => undefined,
    }),
  },
  'entries about ends': { override: replace(Changelog, { find: () => [...CHANGES] }) },
  'usage of what is deprecated': { override: replace(DeprecatedCalls, { register: () => undefined }) },
  'sunset refusal': { override: replace(SunsetRefusal, { register: () => undefined }) },
} as const satisfies Record<string, Removal>;
