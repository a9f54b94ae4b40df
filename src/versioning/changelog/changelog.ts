import { Injectable } from '@nestjs/common';
import { ApiVersions, type VersionName } from '../api-versions.js';
import { announcedEnds } from './announced-ends.js';
import type { Change, ChangeKind } from './change.js';
import { CHANGES } from './changes.js';

/** Which changes somebody wants to see; what is absent narrows nothing. */
export interface ChangeFilter {
  readonly version?: VersionName;
  readonly kind?: ChangeKind;
}

/** Everything that callers can read about changes, as of now. */
@Injectable()
export class Changelog {
  constructor(private readonly versions: ApiVersions) {}

  /** @returns the newest first */
  find({ version, kind }: ChangeFilter = {}): Change[] {
    return [...announcedEnds(this.versions), ...CHANGES]
      .filter((change) => version === undefined || change.versions.includes(version))
      .filter((change) => kind === undefined || change.kind === kind)
      .toSorted((one, other) => other.date.localeCompare(one.date));
  }
}
