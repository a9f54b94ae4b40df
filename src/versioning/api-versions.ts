import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import type { GuideName } from './changelog/guides/guides.js';
import { phaseOf, type Deprecation, type Phase } from './deprecation.js';
import { VersioningConfig } from './versioning.config.js';

/** As they stand in paths and in the changelog. */
export const VERSION_NAMES = ['1', '2'] as const;

export type VersionName = (typeof VERSION_NAMES)[number];

/** The announced end of a version, and what comes instead. */
export interface VersionDeprecation extends Deprecation {
  /** The version to move to. */
  readonly successor: VersionName;
  readonly guide: GuideName;
}

/** A version of the API, as in `/v1`. */
export interface ApiVersion {
  readonly name: VersionName;
  /** Absent: nobody plans its end. */
  readonly deprecation?: VersionDeprecation;
}

/**
 * Every version that there is or was. Headers, 410, documentation, notices and reports follow from this
 * list. A version whose code is gone stays here, so that it goes on answering 410.
 */
function declaredVersions({ v1DeprecatedOn, v1SunsetOn }: VersioningConfig): readonly ApiVersion[] {
  return [
    {
      name: '1',
      deprecation: {
        announcedAt: v1DeprecatedOn,
        sunsetAt: v1SunsetOn,
        successor: '2',
        guide: 'v1-to-v2',
      },
    },
    { name: '2' },
  ];
}

/** The versions, and where each of them stands now. */
@Injectable()
export class ApiVersions {
  readonly all: readonly ApiVersion[];

  constructor(
    config: VersioningConfig,
    private readonly clock: Clock,
  ) {
    this.all = declaredVersions(config);
  }

  /** Those that still answer. */
  get served(): readonly ApiVersion[] {
    return this.all.filter(({ deprecation }) => this.phaseOf(deprecation) !== 'sunset');
  }

  /** The newest one. */
  get current(): ApiVersion {
    const newest = this.all.at(-1);
    if (!newest) {
      throw new Error('there must be a version');
    }
    return newest;
  }

  /** The version that a path such as `/v1/customers` belongs to. */
  ofPath(path: string): ApiVersion | undefined {
    const name = /^\/v([^/?]+)/.exec(path)?.[1];
    return this.all.find((version) => version.name === name);
  }

  phaseOf(deprecation: Deprecation | undefined): Phase {
    return deprecation ? phaseOf(deprecation, this.clock.nowMilliseconds()) : 'current';
  }
}
