import { Changelog } from '../../../src/versioning/changelog/changelog.js';
import { CHANGES } from '../../../src/versioning/changelog/changes.js';
import { DeprecatedRoutes } from '../../../src/versioning/deprecated-routes.js';
import { NoticeClaims } from '../../../src/versioning/notices/notice-claims.js';
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

/**
 * Claims of so many runs that look whether somebody was there before, and claim nothing: all of
 * them look before any of them has sent.
 */
export function lookingOnly(runs: number): typeof NoticeClaims {
  const everybody = Promise.withResolvers<void>();
  let missing = runs;
  return class extends NoticeClaims {
    override async claim(): Promise<Date> {
      missing -= 1;
      if (missing === 0) {
        everybody.resolve();
      }
      await everybody.promise;
      return new Date();
    }
  };
}
