import ts from 'typescript';
import { places } from './findings.js';
import { importsOf, type SourceFile } from './source-tree.js';

/*
 * What may be used of cryptography. NIST has approved each (FIPS 180-4, SP 800-38D), and none is
 * weaker than 128 bits.
 */

const HASHES = new Set(['sha256', 'sha384', 'sha512']);
const CIPHERS = new Set(['aes-256-gcm']);

/** Which argument names the algorithm, and which names are allowed there. */
const MAKERS = new Map<string, readonly [position: number, allowed: ReadonlySet<string>]>([
  ['createHash', [0, HASHES]],
  ['createHmac', [0, HASHES]],
  ['hash', [0, HASHES]],
  ['hkdfSync', [0, HASHES]],
  ['pbkdf2Sync', [4, HASHES]],
  ['createCipheriv', [0, CIPHERS]],
  ['createDecipheriv', [0, CIPHERS]],
]);

/** What else of `node:crypto` is used; whatever is not listed here or above is a decision to be made. */
const HARMLESS = new Set([
  'createPrivateKey',
  'createPublicKey',
  'createSecretKey',
  'JsonWebKey',
  'KeyObject',
  'randomBytes',
  'randomFillSync',
  'randomUUID',
  'randomUUIDv7',
  'timingSafeEqual',
  'X509Certificate',
]);

/** Calls whose algorithm is not on the list, and names of `node:crypto` that nobody has decided about. */
export function unapprovedCryptography(tree: readonly SourceFile[]): string[] {
  return tree.flatMap((file) => {
    const names = importsOf(file)
      .filter(({ specifier }) => /^(node:)?crypto$/.test(specifier))
      .flatMap((one) => (one.names.length > 0 ? one.names : ['all of it']));
    return names.length === 0 ? [] : [...undecided(file, names), ...unapprovedCalls(file)];
  });
}

function undecided({ path }: SourceFile, names: readonly string[]): string[] {
  return names
    .filter((name) => !MAKERS.has(name) && !HARMLESS.has(name))
    .map((name) => `${path} imports ${name}`);
}

function unapprovedCalls(file: SourceFile): string[] {
  return places([file], (node) => {
    const maker = ts.isCallExpression(node) && MAKERS.get(node.expression.getText());
    if (!maker) {
      return false;
    }
    const [position, allowed] = maker;
    return !allowed.has(textOf(node.arguments[position], file));
  });
}

/** A text as it stands, or the one that a constant of the file holds. */
function textOf(node: ts.Expression | undefined, file: SourceFile): string {
  if (node && ts.isIdentifier(node)) {
    const declarations = file.ast.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => [...declarationList.declarations]);
    return textOf(declarations.find(({ name }) => name.getText() === node.text)?.initializer, file);
  }
  return node && ts.isStringLiteralLike(node) ? node.text : '';
}
