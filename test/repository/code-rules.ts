import path from 'node:path';
import { builtinModules } from 'node:module';
import ts from 'typescript';
import { importsIn, places } from './findings.js';
import { importsOf, type SourceFile } from './source-tree.js';

/*
 * Rules about what one file may contain. Each takes a tree and answers with the places that
 * break it, so that a test can give it a tree that does.
 */

type Rule = (tree: readonly SourceFile[]) => string[];

/** A barrel hides where a name lives, and in ES modules it invites cycles. */
export const barrels: Rule = (tree) =>
  tree.map((file) => file.path).filter((file) => path.posix.basename(file) === 'index.ts');

/** Relative imports name the built file, and built-ins say that they are built in. */
export const misspeltImports: Rule = (tree) =>
  importsIn(tree, ({ specifier }) =>
    specifier.startsWith('.') ? !specifier.endsWith('.js') : builtinModules.includes(specifier),
  );

/** Prisma, its generated client and the driver below it. */
export const databaseImports: Rule = (tree) =>
  importsIn(
    tree,
    ({ specifier, target }) =>
      /^(@prisma\/|prisma$|pg($|[-/]))/.test(specifier) ||
      target?.startsWith('src/database/generated/') === true,
  );

/** Nest's own exceptions and filters: whoever uses them answers beside the one writer of errors. */
export const errorResponses: Rule = (tree) => [
  ...importsIn(
    tree,
    ({ specifier, names }) =>
      specifier.startsWith('@nestjs/') &&
      names.some((name) => /Exception$|ExceptionFilter$|^Catch$/.test(name)),
  ),
  ...places(tree, (node) => isProblemType(node) || setsErrorStatus(node)),
];

function isProblemType(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) && node.text.includes('application/problem+json');
}

/** `reply.status(404)`, `.code(404)`, `.writeHead(404)`, `@HttpCode(404)`, `statusCode = 404`. */
function setsErrorStatus(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) {
    return (
      /^(status|code|writeHead|HttpCode)$/.test(lastName(node.expression)) && isErrorStatus(node.arguments[0])
    );
  }
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    lastName(node.left) === 'statusCode' &&
    isErrorStatus(node.right)
  );
}

function isErrorStatus(node: ts.Node | undefined): boolean {
  return node !== undefined && ts.isNumericLiteral(node) && Number(node.text) >= 400;
}

/** `Date.now()`, `new Date()` and `Date()`: a test could not move their time. */
export const clockReads: Rule = (tree) =>
  places(tree, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      return node.name.text === 'now' && lastName(node.expression) === 'Date';
    }
    const isMaking = ts.isNewExpression(node) || ts.isCallExpression(node);
    return isMaking && lastName(node.expression) === 'Date' && (node.arguments?.length ?? 0) === 0;
  });

/** `process.env` in every spelling, also taken apart or imported under a name of its own. */
export const environmentReads: Rule = (tree) => [
  ...importsIn(tree, ({ specifier }) => /^(node:)?process$/.test(specifier)),
  ...places(tree, (node) => {
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      return lastName(node) === 'env' && lastName(node.expression) === 'process';
    }
    return (
      ts.isVariableDeclaration(node) &&
      ts.isObjectBindingPattern(node.name) &&
      node.initializer !== undefined &&
      lastName(node.initializer) === 'process'
    );
  }),
];

/**
 * SQL that is put together from strings (P3.4): wherever a text begins like a statement, and
 * whatever is given to the driver. An identifier cannot be a parameter, so a template may
 * hold what the driver itself has escaped.
 */
export const composedSql: Rule = (tree) =>
  places(tree, (node) => {
    if (ts.isCallExpression(node) && lastName(node.expression) === 'query') {
      return isComposed(node.arguments[0]) && !beginsLikeSql(node.arguments[0]);
    }
    return isComposed(node) && beginsLikeSql(node);
  });

function isComposed(node: ts.Node | undefined): boolean {
  if (node && ts.isTemplateExpression(node)) {
    const isTagged = ts.isTaggedTemplateExpression(node.parent);
    return !isTagged && !node.templateSpans.every(({ expression }) => isEscaped(expression));
  }
  return (
    node !== undefined && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken
  );
}

function beginsLikeSql(node: ts.Node | undefined): boolean {
  const text = node?.getText().replace(/^["'`\s]+/, '') ?? '';
  return /^(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|SET|LISTEN|NOTIFY|CREATE|ALTER|DROP|GRANT|COPY)\s/.test(
    text,
  );
}

function isEscaped(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^escape(Identifiers?|Literal)$/.test(lastName(node.expression));
}

/** The last name of `a.b.c`, `a?.c`, `a['c']` or `c`. */
function lastName(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text;
  }
  if (ts.isElementAccessExpression(node)) {
    return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : '';
  }
  return ts.isIdentifier(node) ? node.text : '';
}

/** Functions and constants that are exported, and that no other file names: dead, or nobody else’s business. */
export const idleExports: Rule = (tree) => {
  const imports = tree.flatMap(importsOf);
  const named = new Set(imports.flatMap(({ target, names }) => names.map((name) => `${target} ${name}`)));
  // A whole module is taken by `import * as`, by `import()`, or for what it does.
  const whole = new Set(imports.filter(({ names }) => names.length === 0).map(({ target }) => target));
  return tree
    .filter((file) => !whole.has(file.path))
    .flatMap((file) =>
      exportedValues(file)
        .map((name) => `${file.path} ${name}`)
        .filter((exported) => !named.has(exported)),
    );
};

function exportedValues({ ast }: SourceFile): string[] {
  return ast.statements.filter(isNamedExport).flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    }
    return ts.isFunctionDeclaration(statement) && statement.name ? [statement.name.text] : [];
  });
}

function isNamedExport(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const kinds = modifiers.map(({ kind }) => kind);
  return kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword);
}
