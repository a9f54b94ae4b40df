import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT_FOLDER } from '../settings.ts';

/** An entry of package-lock.json, as far as it is read here. */
export interface LockedPackage {
  readonly version?: string;
  /** An SPDX expression; a few old packages have something else, or nothing. */
  readonly license?: unknown;
  readonly dev?: boolean;
}

export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: unknown;
}

const INSTALLED_IN = 'node_modules/';

/**
 * What `npm ci --omit=dev` installs, each version once. Packages that are wanted by a tool and, optionally, by a
 * dependency (`devOptional`) are among them: npm leaves those out only where optional packages are left out, too.
 */
export function productionPackages(locked: Readonly<Record<string, LockedPackage>>): ProductionPackage[] {
  const found = new Map<string, ProductionPackage>();
  for (const [folder, { version = '', license: licence, dev }] of Object.entries(locked)) {
    if (folder.includes(INSTALLED_IN) && dev !== true) {
      const name = folder.slice(folder.lastIndexOf(INSTALLED_IN) + INSTALLED_IN.length);
      found.set(`${name}@${version}`, { name, version, licence });
    }
  }
  return [...found.values()];
}

export async function readProductionPackages(): Promise<ProductionPackage[]> {
  const lock = (await readProjectJson('package-lock.json')) as { packages: Record<string, LockedPackage> };
  return productionPackages(lock.packages);
}

export async function readProjectJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(PROJECT_FOLDER, file), 'utf8'));
}
