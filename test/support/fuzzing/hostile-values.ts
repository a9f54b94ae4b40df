import fc from 'fast-check';

/** Characters that readers, databases and terminals disagree about. */
const PIECES = [
  '\u0000',
  '\u0007\u001b[2J',
  '\r\nSet-Cookie: a=b',
  '\ud800',
  '\udfff\ud800',
  // One letter in two normal forms, and one that grows when it is normalised.
  '\u00e9',
  'e\u0301',
  '\ufdfa',
  '\u202eexe.txt',
  '\ufeff',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  "' OR 1=1 --",
  '../../etc/passwd',
  '%00',
  '%25%30%30',
  '${7*7}',
  '<svg/onload=alert(1)>',
];

const NUMBER_WORDS = [
  '0',
  '-1',
  '1e309',
  '0x10',
  '9007199254740993',
  '-0',
  'NaN',
  '1.5',
  '٣',
  ' 1',
  '99999999999999999999',
];
const OTHER_WORDS = [
  '',
  ' ',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '[object Object]',
  '2026-02-30',
  '0000-00-00',
];

/** What is there on every object, and what this server might keep to itself. */
export const STRANGE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
  '$where',
  'a.b',
  'a[b]',
  'id',
  'tenantId',
  'version',
  'x'.repeat(300),
  '\u0000',
  '\ud800',
  '\u00e9',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...PIECES, ...NUMBER_WORDS, ...OTHER_WORDS, ...STRANGE_NAMES),
  fc.tuple(fc.string(), fc.constantFrom(...PIECES), fc.string()).map((parts) => parts.join('')),
  fc.string16bits({ maxLength: 40 }),
  fc.fullUnicodeString({ maxLength: 40 }),
  fc
    .tuple(fc.constantFrom('a', '\u00e9', 'e\u0301', '\u{1f600}'), fc.constantFrom(3, 64, 256, 5000))
    .map(([one, count]) => one.repeat(count)),
);

const NUMBERS = [0, -1, 1, 0.5, -0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e308, 5e-324];

/** Values of every type; without anything that JSON cannot say. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], ...NUMBERS),
  fc
    .tuple(fc.constantFrom(...STRANGE_NAMES), hostileText)
    .map((entry) => Object.fromEntries([entry]) as object),
  fc.array(hostileText, { maxLength: 4 }),
  fc.constantFrom(8, 40, 400).map(nested),
  fc.constantFrom(60, 2000).map((length) => Array.from({ length }, (_one, index) => index)),
  fc.jsonValue({ maxDepth: 3 }),
);

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner: unknown) => ({ a: [inner] }), 'x');
}
