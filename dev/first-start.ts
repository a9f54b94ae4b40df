import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartFailure } from './start-failure.ts';

const FILE = 'first-start.txt';
const SUNSET_MONTHS = 18;

/** The days that an operator would choose for the end of /v1. */
export interface VersionDates {
  readonly deprecatedOn: string;
  readonly sunsetOn: string;
}

/**
 * Announced on the day of the first start of this data folder, and over so long after it. A day in the
 * code would be in the past for whoever clones it later.
 */
export async function versionDates(dataFolder: string, today = new Date()): Promise<VersionDates> {
  const file = path.join(dataFolder, FILE);
  let deprecatedOn = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(deprecatedOn)) {
    deprecatedOn = today.toISOString().slice(0, 10);
    await writeFile(file, `${deprecatedOn}\n`).catch((error: unknown) => {
      throw new StartFailure(`The file ${file} cannot be written: check who owns its folder.`, {
        cause: error,
      });
    });
  }
  const sunset = new Date(deprecatedOn);
  sunset.setUTCMonth(sunset.getUTCMonth() + SUNSET_MONTHS);
  return { deprecatedOn, sunsetOn: sunset.toISOString().slice(0, 10) };
}
