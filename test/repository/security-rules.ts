import ts from 'typescript';
import { importsIn, places } from './findings.js';
import { importsOf, type SourceFile } from './source-tree.js';

/*
 * Static rules about what makes code attackable (C.1), beside those about its shape. Each takes
 * a tree and answers with the places that break it, so that a test can give it a tree that does.
 */

type Rule = (tree: readonly SourceFile[]) => string[];

/** The decorators that make a method a route. */
const ROUTES = /^(Get|Post|Put|Patch|Delete|Head|Options|All|Search|Sse)$/;

/** The decorators that say who may call a route. */
const POLICIES = /^(Public|RequireScopes|RequireRoles|RequireAuthentication)$/;

/** Routes that say nothing about who may call them. The guard closes them; the author meant something. */
export const undeclaredRoutes: Rule = (tree) =>
  places(tree, (node) => {
    if (!ts.isMethodDeclaration(node) || !decoratorsOf(node).some((name) => ROUTES.test(name))) {
      return false;
    }
    const declared = [...decoratorsOf(node), ...decoratorsOf(node.parent)];
    return !declared.some((name) => POLICIES.test(name));
  });

function decoratorsOf(node: ts.Node): string[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.map(({ expression }) =>
    lastName(ts.isCallExpression(expression) ? expression.expression : expression),
  );
}

/** `Math.random`, also as a value: whoever has seen a few of its numbers knows the next. */
export const guessableNumbers: Rule = (tree) =>
  places(tree, (node) => {
    if (ts.isBindingElement(node)) {
      return (node.propertyName ?? node.name).getText() === 'random';
    }
    return isAccess(node) && lastName(node) === 'random' && lastName(node.expression) === 'Math';
  });

/** Text that becomes code: `eval`, `new Function`, `node:vm`, a timer that is given a string. */
export const dynamicCode: Rule = (tree) => [
  ...importsIn(tree, ({ specifier }) => /^(node:)?vm$/.test(specifier)),
  ...places(tree, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) {
      return false;
    }
    const name = lastName(node.expression);
    const isTimer = /^set(Timeout|Interval|Immediate)$/.test(name);
    return /^(eval|Function)$/.test(name) || (isTimer && isText(node.arguments?.[0]));
  }),
];

/** Programs that a shell starts: what is in their arguments could be a command. */
export const shellCommands: Rule = (tree) => [
  ...importsIn(
    tree,
    ({ specifier, names }) =>
      isChildProcess(specifier) &&
      (names.length === 0 || names.some((name) => /^(exec|execSync|default)$/.test(name))),
  ),
  ...places(
    tree,
    (node) =>
      isNamed(node, /^shell$/) &&
      !(ts.isPropertyAssignment(node) && node.initializer.kind === ts.SyntaxKind.FalseKeyword),
  ),
];

function isChildProcess(specifier: string): boolean {
  return /^(node:)?child_process$/.test(specifier);
}

/** TLS that believes whoever answers: a check that is off, or one that somebody has written anew. */
export const unverifiedTls: Rule = (tree) =>
  places(tree, (node) => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) {
      return node.text === 'NODE_TLS_REJECT_UNAUTHORIZED';
    }
    if (isNamed(node, /^(rejectUnauthorized|strictSSL)$/)) {
      return !(ts.isPropertyAssignment(node) && node.initializer.kind === ts.SyntaxKind.TrueKeyword);
    }
    return isNamed(node, /^(checkServerIdentity|insecureSkipVerify)$/);
  });

/** Calls that name a digest, and the place of its name among their arguments. */
const DIGESTS: ReadonlyMap<string, number> = new Map([
  ['createHash', 0],
  ['createHmac', 0],
  ['createSign', 0],
  ['createVerify', 0],
  ['hash', 0],
  ['hkdf', 0],
  ['hkdfSync', 0],
  ['pbkdf2', 4],
  ['pbkdf2Sync', 4],
]);

/** Digests and ciphers that are broken, or that nobody can see because they come out of a variable. */
export const weakCryptography: Rule = (tree) =>
  tree
    .filter((file) => importsOf(file).some(({ specifier }) => /^(node:)?crypto$/.test(specifier)))
    .flatMap((file) => places([file], isWeakCall));

function isWeakCall(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) {
    return false;
  }
  const name = lastName(node.expression);
  const digest = DIGESTS.get(name);
  if (digest !== undefined) {
    return !/^(sha-?(256|384|512)|sha3-\d{3}|RSA-SHA(256|384|512))$/i.test(
      constantOf(node.arguments[digest]),
    );
  }
  const isCipher = /^create(Cipher|Decipher)(iv)?$/.test(name);
  return isCipher && !/^(aes-256-gcm|chacha20-poly1305)$/.test(constantOf(node.arguments[0]));
}

/** The text of an argument, also where a constant of the same file holds it. */
function constantOf(node: ts.Node | undefined): string {
  if (!node || !ts.isIdentifier(node)) {
    return textOf(node);
  }
  const declarations = node
    .getSourceFile()
    .statements.filter((statement) => ts.isVariableStatement(statement))
    .filter(({ declarationList: { flags } }) => (flags & ts.NodeFlags.Const) !== 0)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return textOf(declarations.find(({ name }) => name.getText() === node.text)?.initializer);
}

/** A member of an object literal with such a name, however it is written. */
function isNamed(node: ts.Node, pattern: RegExp): boolean {
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    const { name } = node;
    return pattern.test(ts.isStringLiteralLike(name) ? name.text : name.getText());
  }
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (isAssignment && isAccess(node.left)) {
    return pattern.test(lastName(node.left));
  }
  return ts.isMethodDeclaration(node) && pattern.test(node.name.getText());
}

function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** The last name of `a.b.c`, `a?.c`, `a['c']` or `c`. */
function lastName(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text;
  }
  if (ts.isElementAccessExpression(node)) {
    return textOf(node.argumentExpression);
  }
  return ts.isIdentifier(node) ? node.text : '';
}

function isText(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node));
}

function textOf(node: ts.Node | undefined): string {
  return node && ts.isStringLiteralLike(node) ? node.text : '';
}
