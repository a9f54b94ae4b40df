import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The absolute place of a path inside the repository. */
export function absolute(relativePath: string): string {
  return path.join(ROOT, relativePath);
}

export function exists(relativePath: string): boolean {
  return existsSync(absolute(relativePath));
}

export function read(relativePath: string): string {
  return readFileSync(absolute(relativePath), 'utf8');
}

export function readJson(relativePath: string): unknown {
  return JSON.parse(read(relativePath));
}

/**
 * Every file that is committed or is about to be: what git ignores stays out, what is new but
 * not yet added counts, so that a rule is broken before the commit and not after it.
 */
export function repositoryFiles(): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listing.split('\0').filter((file) => file !== '' && exists(file));
}
