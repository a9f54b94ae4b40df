import type ts from 'typescript';
import { at, importsOf, walk, type Import, type SourceFile } from './source-tree.js';

/** Imports that break a rule, by file. */
export function importsIn(tree: readonly SourceFile[], isFault: (found: Import) => boolean): string[] {
  return tree.flatMap((file) =>
    importsOf(file)
      .filter(isFault)
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
}

/** Places that break a rule, as path:line. */
export function places(tree: readonly SourceFile[], isFault: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  for (const file of tree) {
    walk(file.ast, (node) => {
      if (isFault(node)) {
        found.push(at(file, node));
      }
    });
  }
  return found;
}
