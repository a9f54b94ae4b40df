import ts from 'typescript';
import type { Setting, SliceClass } from '../../src/platform/config/config-slice.js';
import { importsOf, walk, type SourceFile } from './source-tree.js';

/* Where the program listens, where it calls, and where it writes: by what its code says, and by what its settings are. */

/** Packages that speak with somebody. */
const SPEAKERS = /^(node-vault|@aws-sdk\/.+|openid-client|undici|node:(dgram|dns|http2)(\/.+)?)$/;

/** Of Node's modules for connections what opens none. */
const SILENT = new Set(
  'isIP isIPv6 BlockList STATUS_CODES createSecureContext AddressInfo Socket Server ServerOptions ServerResponse IncomingMessage IncomingHttpHeaders TlsOptions createServer'.split(
    ' ',
  ),
);

const CALLS = /^(fetch|createTransport|createServer)$/;
const CLASSES = /^(Redis|WebSocket|pg\.(Client|Pool))$/;

/** The files that open a connection or a port. */
export function openingFiles(tree: readonly SourceFile[]): string[] {
  return tree.filter((file) => speaks(file) || opens(file)).map(({ path }) => path);
}

function speaks(file: SourceFile): boolean {
  return importsOf(file).some(
    ({ specifier, names }) =>
      SPEAKERS.test(specifier) ||
      // Its class is made where it is loaded; others import the type alone.
      (specifier === 'ioredis' && names.length === 0) ||
      (/^node:(net|tls|http|https)$/.test(specifier) && names.some((name) => !SILENT.has(name))),
  );
}

function opens({ ast }: SourceFile): boolean {
  let isFound = false;
  walk(ast, (node) => {
    isFound ||=
      (ts.isCallExpression(node) && CALLS.test(node.expression.getText())) ||
      (ts.isCallExpression(node) && /\b(app|server)\.listen$/.test(node.expression.getText())) ||
      (ts.isNewExpression(node) && CLASSES.test(node.expression.getText())) ||
      (ts.isAsExpression(node) && CLASSES.test(node.expression.getText()));
  });
  return isFound;
}

const ADDRESSES = [
  'https://a.example',
  'postgresql://a.example/b?sslmode=verify-full',
  'rediss://a',
  'smtps://a',
];

/** Variables that are an address, or hold one: by their name, or because they take one and no ordinary words. */
export function addressSettings(slices: readonly SliceClass[]): string[] {
  return slices
    .flatMap(({ definition }) => Object.values(definition.settings))
    .filter(
      (setting) =>
        /(^|_)(HOST|PORT|URLS?|ORIGINS?|ISSUER|ENDPOINT)$/.test(setting.variable) || takesOne(setting),
    )
    .map(({ variable }) => variable);
}

function takesOne({ schema }: Setting): boolean {
  const takes = (text: string): boolean => schema.safeParse(text).success;
  return ADDRESSES.some(takes) && !takes('two words') && !takes('no-address-but-long-enough');
}

/** Of Node's modules for files what only reads. */
const READING = new Set('readFile readFileSync readdir readdirSync createReadStream'.split(' '));

/** The files that can write elsewhere than into the log: onto a disk, a console or a socket of their own. */
export function writingFiles(tree: readonly SourceFile[]): string[] {
  return tree
    .filter(
      (file) =>
        importsOf(file).some(
          ({ specifier, names }) =>
            specifier === 'node:dgram' ||
            (/^node:fs(\/promises)?$/.test(specifier) &&
              (names.length === 0 || names.some((name) => !READING.has(name)))),
        ) || /\bconsole\./.test(file.text),
    )
    .map(({ path }) => path);
}
