import { describe, expect, it } from 'vitest';
import { unapprovedCryptography } from './cryptography-rules.js';
import { guessableNumbers } from './security-rules.js';
import { sourceTree, virtualTree, withoutSpecs } from './source-tree.js';

const PRODUCTION = withoutSpecs(sourceTree('src'));

/** Draws of which nothing depends: the time between two tries to deliver an alert. */
const NO_SECRET = ['src/monitoring/alerts/sinks/delivery.ts'];

describe('the cryptography of src', () => {
  it('[P9.4] [P6.1] is AES-256-GCM, SHA-2 and what is built of them, all of it from Node', () => {
    expect(unapprovedCryptography(PRODUCTION)).toEqual([]);
  });

  it('[P6.1] [P1.2] draws secrets from the generator of the system alone', () => {
    const draws = guessableNumbers(PRODUCTION).map((place) => place.replace(/:\d+$/, ''));

    expect(draws).toEqual(NO_SECRET);
  });
});

describe('the checker of cryptography', () => {
  const found = (text: string): string[] => unapprovedCryptography(virtualTree({ 'src/a.ts': text }));

  it.each([
    ["import { createHash } from 'node:crypto';\ncreateHash('md5');", 'src/a.ts:2'],
    ["import { createHmac } from 'node:crypto';\ncreateHmac('sha1', key);", 'src/a.ts:2'],
    ["import { createHash } from 'node:crypto';\ncreateHash(chosen);", 'src/a.ts:2'],
    ["import { createCipheriv } from 'node:crypto';\ncreateCipheriv('aes-256-cbc', k, n);", 'src/a.ts:2'],
    [
      "import { createCipheriv } from 'crypto';\nconst A = 'aes-256-ecb';\ncreateCipheriv(A, k, n);",
      'src/a.ts:3',
    ],
    ["import { pbkdf2Sync } from 'node:crypto';\npbkdf2Sync(p, s, 1, 32, 'sha1');", 'src/a.ts:2'],
    ["import { publicEncrypt } from 'node:crypto';", 'src/a.ts imports publicEncrypt'],
    ["import * as crypto from 'node:crypto';", 'src/a.ts imports all of it'],
  ])('refuses %s', (text, finding) => {
    expect(found(text)).toEqual([finding]);
  });

  it.each([
    "import { createHash } from 'node:crypto';\ncreateHash('sha256');",
    "import { createCipheriv } from 'node:crypto';\nconst A = 'aes-256-gcm';\ncreateCipheriv(A, k, n);",
    "import { randomBytes } from 'node:crypto';\nrandomBytes(32);",
  ])('allows %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});
