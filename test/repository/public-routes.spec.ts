import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { sourceTree, virtualTree, walk, withoutSpecs, type SourceFile } from './source-tree.js';

/**
 * Everything that answers strangers. Each entry is a decision; a new one belongs into the
 * review of the change that adds it.
 */
const OPEN_TO_STRANGERS = [
  'src/api-docs/pages/docs.controller.ts DocsController.document',
  'src/api-docs/pages/docs.controller.ts DocsController.start',
  'src/api-docs/pages/docs.controller.ts DocsController.page',
  'src/api-docs/pages/docs.controller.ts DocsController.asset',
  'src/api-docs/problems/problems.controller.ts ProblemsController.list',
  'src/api-docs/problems/problems.controller.ts ProblemsController.get',
  'src/api-docs/security-txt/security-txt.controller.ts SecurityTxtController.read',
  'src/auth/log-in/log-in.controller.ts LogInController.begin',
  'src/auth/log-in/log-in.controller.ts LogInController.complete',
  'src/auth/log-in/log-in.controller.ts LogInController.logOutAtIssuer',
  'src/platform/health/health.controller.ts HealthController.live',
  'src/platform/health/health.controller.ts HealthController.ready',
  'src/transport/csp-reports/csp-reports.controller.ts CspReportsController.report',
  'src/versioning/changelog/changelog.controller.ts ChangelogController.feed',
  'src/versioning/changelog/changelog.controller.ts ChangelogController.guide',
  'src/versioning/changelog/changelog.controller.ts ChangelogController.list',
];

/** Where the decorator and its metadata live, and where the guards read them. */
const KNOWS_THE_MARK = [
  'src/platform/http/routes/public.decorator.ts',
  'src/auth/access/authentication.guard.ts',
  'src/auth/access/authorization.guard.ts',
  'src/api-docs/routes/route-facts.ts',
];

/** Every class or method under `@Public()`, as `file Class` or `file Class.method`. */
function publicUses(tree: readonly SourceFile[]): string[] {
  const uses: string[] = [];
  for (const file of tree) {
    walk(file.ast, (node) => {
      if (ts.isDecorator(node) && /^@Public\b/.test(node.getText())) {
        uses.push(`${file.path} ${nameOf(node.parent)}`);
      }
    });
  }
  return uses;
}

/** Files that speak of the mark otherwise: under another name, through `applyDecorators`, or by its key. */
function otherMentions(tree: readonly SourceFile[]): string[] {
  const found = new Set<string>();
  for (const file of tree) {
    walk(file.ast, (node) => {
      if (ts.isIdentifier(node) && /^(Public|IS_PUBLIC)$/.test(node.text) && !isPlainUse(node)) {
        found.add(file.path);
      }
    });
  }
  return [...found];
}

/** `@Public()`, and the import of its name as it is. */
function isPlainUse(name: ts.Identifier): boolean {
  if (ts.isImportSpecifier(name.parent)) {
    return name.text === 'Public' && name.parent.propertyName === undefined;
  }
  const call = name.parent;
  return ts.isCallExpression(call) && call.expression === name && ts.isDecorator(call.parent);
}

function nameOf(node: ts.Node): string {
  if (ts.isMethodDeclaration(node)) {
    return `${nameOf(node.parent)}.${node.name.getText()}`;
  }
  return ts.isClassDeclaration(node) ? (node.name?.text ?? 'default') : 'something else';
}

describe('routes without authentication', () => {
  const tree = withoutSpecs(sourceTree('src'));

  it('are the ones on the list, and the list names no other', () => {
    expect(publicUses(tree).toSorted()).toEqual(OPEN_TO_STRANGERS.toSorted());
  });

  it('are marked by the decorator alone', () => {
    expect(otherMentions(tree).filter((file) => !KNOWS_THE_MARK.includes(file))).toEqual([]);
  });

  it('are found on classes and on methods', () => {
    const routes = virtualTree({
      'src/a.controller.ts': '@Public() @Controller() class A {}\nclass B { @Get() @Public() read() {} }',
      'src/b.controller.ts': '@Controller() class C { @Get() publicly() {} }',
    });

    expect(publicUses(routes)).toEqual(['src/a.controller.ts A', 'src/a.controller.ts B.read']);
  });

  it.each([
    'import { Public as Open } from "./public.decorator.js";',
    'export const Open = () => applyDecorators(Public());',
    'class A { @SetMetadata(IS_PUBLIC, true) read() {} }',
  ])('are found behind a detour: %s', (text) => {
    expect(otherMentions(virtualTree({ 'src/a.ts': text }))).toEqual(['src/a.ts']);
  });

  it('are no detour where the decorator is imported and used as it is', () => {
    const text = 'import { Public } from "./public.decorator.js"; @Public() class A {}';

    expect(otherMentions(virtualTree({ 'src/a.ts': text }))).toEqual([]);
  });
});
