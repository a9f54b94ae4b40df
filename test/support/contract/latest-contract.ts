import type { VersionName } from '../../../src/versioning/api-versions.js';
import type { Change } from '../../../src/versioning/changelog/change.js';
import { CHANGES } from '../../../src/versioning/changelog/changes.js';

/** The digest of a version's contract that the newest change with one knows; undefined: none has one. */
export function latestContract(
  version: VersionName,
  changes: readonly Change[] = CHANGES,
): string | undefined {
  return changes.find(({ contract }) => contract?.[version] !== undefined)?.contract?.[version];
}
