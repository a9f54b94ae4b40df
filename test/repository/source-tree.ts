import path from 'node:path';
import ts from 'typescript';
import { read, repositoryFiles } from './repository.js';

/** One TypeScript file, parsed. Paths are relative to the repository and use `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly ast: ts.SourceFile;
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file that a relative specifier names, with the extension of the source. */
  readonly target: string | undefined;
  readonly names: readonly string[];
}

export function parse(filePath: string, text: string): SourceFile {
  return { path: filePath, text, ast: ts.createSourceFile(filePath, text, ts.ScriptTarget.Latest, true) };
}

/** A tree that exists only in a test, to show that a rule can fail. */
export function virtualTree(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([filePath, text]) => parse(filePath, text));
}

/** The TypeScript files below a folder. Generated code is ignored by git and so is not among them. */
export function sourceTree(folder: string): SourceFile[] {
  return repositoryFiles()
    .filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'))
    .map((file) => parse(file, read(file)));
}

/** Tests that lie beside their source follow the rules of tests. */
export function isSpec(filePath: string): boolean {
  return filePath.endsWith('.spec.ts');
}

export function withoutSpecs(tree: readonly SourceFile[]): SourceFile[] {
  return tree.filter((file) => !isSpec(file.path));
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** `src/a/b.ts:12`, as an editor opens it. */
export function at(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${file.ast.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** Every import of a file: static, re-exported, dynamic, and inside a type. */
export function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  walk(file.ast, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push({ specifier, target: targetOf(file.path, specifier), names: namesOf(node) });
    }
  });
  return imports;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return literal(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return literal(node.argument.literal);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]);
  }
  return ts.isExternalModuleReference(node) ? literal(node.expression) : undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function namesOf(node: ts.Node): string[] {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined;
  return bindings && ts.isNamedImports(bindings)
    ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
    : [];
}

function targetOf(filePath: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    return undefined;
  }
  return path.posix.join(path.posix.dirname(filePath), specifier).replace(/\.js$/, '.ts');
}
