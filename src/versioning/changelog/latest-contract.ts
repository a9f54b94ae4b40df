import type { VersionName } from '../api-versions.js';
import type { Change } from './change.js';
import { CHANGES } from './changes.js';

/** The digest of a version's contract that the newest change with one knows; undefined: none has one. */
export function latestContract(
  version: VersionName,
  changes: readonly Change[] = CHANGES,
): string | undefined {
  return changes.find(({ contract }) => contract?.[version] !== undefined)?.contract?.[version];
}
