import path from 'node:path';
import { importsOf, isSpec, type SourceFile } from './source-tree.js';
import { PRACTICES } from './practices.js';

/** The names that each folder's README offers to other folders: `auth` → `principal.ts`, … */
export type PublicFiles = ReadonlyMap<string, readonly string[]>;

/** The heading under which a folder says what others may import from it. */
const OFFER = /^## What other folders use\n(?<section>[\s\S]*?)(?=^## |(?![\s\S]))/m;

/** The TypeScript files that a README names between back-ticks in its offer to other folders. */
export function offeredFiles(readme: string): string[] {
  const section = OFFER.exec(readme)?.groups?.['section'] ?? '';
  return [...section.matchAll(/`([\w./-]+\.ts)`/g)].map((match) => match[1] ?? '');
}

/** The folder below `src` that holds a file; empty for a file directly in `src`. */
function folderOf(filePath: string): string {
  const [, folder, ...rest] = filePath.split('/');
  return folder !== undefined && rest.length > 0 ? folder : '';
}

/** Who may import whom between the folders of `src`. */
export function forbiddenImports(tree: readonly SourceFile[], publicFiles: PublicFiles): string[] {
  return relativeImports(tree).flatMap(({ from, to }) => {
    const fault = faultOf(from, to, publicFiles);
    return fault === undefined ? [] : [`${from} imports ${to}: ${fault}`];
  });
}

function faultOf(from: string, to: string, publicFiles: PublicFiles): string | undefined {
  if (!to.startsWith('src/')) {
    // Tests beside their source may use the support code; nothing else leaves src.
    return isSpec(from) && to.startsWith('test/support/') ? undefined : 'src stands on its own';
  }
  const [importer, owner] = [folderOf(from), folderOf(to)];
  if (importer === '' || importer === owner) {
    return undefined;
  }
  if (owner === '') {
    return 'no folder knows how the application is put together';
  }
  if (importer === 'platform') {
    return 'platform knows no other folder';
  }
  if (owner === 'platform') {
    return undefined;
  }
  if (!PRACTICES.includes(owner)) {
    return `nothing may depend on ${owner}`;
  }
  const offered = (publicFiles.get(owner) ?? []).some((name) => to.endsWith(`/${name}`));
  return offered ? undefined : `the README of ${owner} does not offer it`;
}

/**
 * Cycles between folders that lie side by side, at every depth: between practices, and
 * between the sub-concepts of one practice.
 */
export function folderCycles(tree: readonly SourceFile[]): string[] {
  const neighbours = new Map<string, Set<string>>();
  for (const { from, to } of relativeImports(tree)) {
    const pair = siblingFolders(from, to);
    if (pair) {
      neighbours.set(pair[0], (neighbours.get(pair[0]) ?? new Set()).add(pair[1]));
    }
  }
  const cycles = new Set<string>();
  for (const folder of neighbours.keys()) {
    collectCycles(folder, [], neighbours, cycles);
  }
  return [...cycles];
}

/** The two folders at which two paths part, if both paths go on into a folder there. */
function siblingFolders(from: string, to: string): readonly [string, string] | undefined {
  const [left, right] = [path.posix.dirname(from).split('/'), path.posix.dirname(to).split('/')];
  const fork = left.findIndex((segment, index) => segment !== right[index]);
  if (fork === -1 || right[fork] === undefined) {
    return undefined;
  }
  return [left.slice(0, fork + 1).join('/'), right.slice(0, fork + 1).join('/')];
}

function collectCycles(
  folder: string,
  trail: readonly string[],
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  cycles: Set<string>,
): void {
  const start = trail.indexOf(folder);
  if (start !== -1) {
    cycles.add(canonical(trail.slice(start)));
    return;
  }
  for (const next of neighbours.get(folder) ?? []) {
    collectCycles(next, [...trail, folder], neighbours, cycles);
  }
}

/** One name for a cycle, wherever the search entered it. */
function canonical(cycle: readonly string[]): string {
  const first = cycle.indexOf([...cycle].toSorted()[0] ?? '');
  const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}

function relativeImports(tree: readonly SourceFile[]): { from: string; to: string }[] {
  return tree.flatMap((file) =>
    importsOf(file).flatMap(({ target }) => (target === undefined ? [] : [{ from: file.path, to: target }])),
  );
}
