import ts from 'typescript';
import { walk, type SourceFile } from './source-tree.js';

/** Calls that give a title to what they hold. */
const TITLED = new Set(['describe', 'it', 'test', 'suite']);
const TESTS = new Set(['it', 'test']);
/** Neither runs, so neither proves anything. */
const NOT_RUN = new Set(['skip', 'todo']);

/**
 * The full titles of the tests of one file, each with the titles of the groups around it.
 * Tests that never run are left out.
 */
export function testTitles(file: SourceFile): string[] {
  const titles: string[] = [];
  walk(file.ast, (node) => {
    if (ts.isCallExpression(node) && TESTS.has(calleeOf(node).at(0) ?? '')) {
      const trail = enclosingCalls(node);
      const isRun = trail.every((call) => !calleeOf(call).some((word) => NOT_RUN.has(word)));
      const own = titleOf(node);
      if (isRun && own !== undefined) {
        titles.push(trail.map(titleOf).join(' > '));
      }
    }
  });
  return titles;
}

/** The titled calls around a test, the outermost first, the test itself last. */
function enclosingCalls(test: ts.CallExpression): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  for (let node: ts.Node = test; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isCallExpression(node) && TITLED.has(calleeOf(node).at(0) ?? '') && titleOf(node) !== undefined) {
      calls.unshift(node);
    }
  }
  return calls;
}

/** The words of `it.skip`, `describe.each(table)`, `it.for(table)`, outermost object first. */
function calleeOf(call: ts.CallExpression): string[] {
  const words: string[] = [];
  let node: ts.Expression = call.expression;
  for (;;) {
    if (ts.isPropertyAccessExpression(node)) {
      words.unshift(node.name.text);
      node = node.expression;
    } else if (ts.isCallExpression(node)) {
      node = node.expression;
    } else if (ts.isTaggedTemplateExpression(node)) {
      node = node.tag;
    } else {
      return ts.isIdentifier(node) ? [node.text, ...words] : words;
    }
  }
}

function titleOf(call: ts.CallExpression): string | undefined {
  const [title] = call.arguments;
  if (title && ts.isStringLiteralLike(title)) {
    return title.text;
  }
  return title && ts.isTemplateExpression(title) ? title.getText().slice(1, -1) : undefined;
}
