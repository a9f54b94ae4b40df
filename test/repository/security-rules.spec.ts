import { describe, expect, it } from 'vitest';
import {
  dynamicCode,
  guessableNumbers,
  shellCommands,
  undeclaredRoutes,
  unverifiedTls,
  weakCryptography,
} from './security-rules.js';
import { sourceTree, virtualTree, withoutSpecs } from './source-tree.js';

/** Where a number may be guessed, because it only keeps clients or instances out of step. */
const MAY_BE_GUESSED = ['src/monitoring/alerts/sinks/delivery.ts', 'dev/examples/fetch-with-backoff.ts'];

/** Names the variable with which Node verifies nothing, so that production does not start with it. */
const REFUSES_THE_SWITCH = 'src/platform/config/runtime.config.ts';

const PRODUCTION = withoutSpecs(sourceTree('src'));
const CODE = [...PRODUCTION, ...['dev', 'prisma', 'bench'].flatMap(sourceTree)];

/** `src/a/b.ts:12` without the line. */
const fileOf = (place: string): string => place.replace(/:\d+$/, '');

describe('static analysis', () => {
  it('[C.1] finds no route that does not say who may call it', () => {
    expect(undeclaredRoutes(PRODUCTION)).toEqual([]);
  });

  it('[C.1] finds no guessable number but where it only spreads load', () => {
    expect([...new Set(guessableNumbers(CODE).map(fileOf))].toSorted()).toEqual(MAY_BE_GUESSED.toSorted());
  });

  it('[C.1] finds no text that becomes code', () => {
    expect(dynamicCode(CODE)).toEqual([]);
  });

  it('[C.1] finds no program that a shell starts', () => {
    expect(shellCommands(CODE)).toEqual([]);
  });

  it('[C.1] finds no TLS that believes whoever answers', () => {
    expect([...new Set(unverifiedTls(CODE).map(fileOf))]).toEqual([REFUSES_THE_SWITCH]);
  });

  it('[C.1] finds no weak digest and no cipher without authentication', () => {
    expect(weakCryptography(CODE)).toEqual([]);
  });
});

const crypto = (text: string): string => `import { createHash } from "node:crypto"; ${text}`;

describe('static analysis of planted faults', () => {
  it.each([
    ['a route without a policy', undeclaredRoutes, 'class A { @Get() read() {} }'],
    ['a route whose class is no policy', undeclaredRoutes, '@Controller() class A { @Post("x") write() {} }'],
    ['Math.random', guessableNumbers, 'const id = Math.random();'],
    ['Math.random by index', guessableNumbers, 'const id = Math["random"]();'],
    ['Math.random as a value', guessableNumbers, 'const next = Math.random;'],
    ['Math.random taken apart', guessableNumbers, 'const { random } = Math;'],
    ['Math.random under another name', guessableNumbers, 'const { random: next } = Math;'],
    ['eval', dynamicCode, 'eval(text);'],
    ['eval through the global', dynamicCode, 'globalThis.eval(text);'],
    ['new Function', dynamicCode, 'new Function("a", text);'],
    ['Function without new', dynamicCode, 'Function(text)();'],
    ['node:vm', dynamicCode, 'import { runInThisContext } from "node:vm";'],
    ['a timer with a text', dynamicCode, 'setTimeout("run()", 10);'],
    ['exec', shellCommands, 'import { exec } from "node:child_process";'],
    ['execSync by another name', shellCommands, 'import { execSync as run } from "node:child_process";'],
    ['all of child_process', shellCommands, 'import * as children from "node:child_process";'],
    ['the default of child_process', shellCommands, 'import children from "node:child_process";'],
    ['a shell as an option', shellCommands, 'spawn("ls", [name], { shell: true });'],
    ['a shell by its path', shellCommands, 'spawn("ls", [name], { "shell": "/bin/sh" });'],
    ['a shell that is perhaps one', shellCommands, 'spawn("ls", [name], { shell });'],
    ['unverified TLS', unverifiedTls, 'connect({ rejectUnauthorized: false });'],
    ['perhaps unverified TLS', unverifiedTls, 'connect({ rejectUnauthorized: isProduction });'],
    ['TLS that a variable decides', unverifiedTls, 'connect({ rejectUnauthorized });'],
    ['TLS switched off afterwards', unverifiedTls, 'options.rejectUnauthorized = false;'],
    [
      'a check of names that accepts all',
      unverifiedTls,
      'connect({ checkServerIdentity: () => undefined });',
    ],
    ['a check of names as a method', unverifiedTls, 'connect({ checkServerIdentity() {} });'],
    ['TLS switched off for the process', unverifiedTls, 'env.NODE_TLS_REJECT_UNAUTHORIZED = "0";'],
    ['TLS switched off by index', unverifiedTls, 'env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";'],
    ['MD5', weakCryptography, crypto('createHash("md5");')],
    ['SHA-1 in an HMAC', weakCryptography, crypto('createHmac("sha1", key);')],
    ['SHA-1 in a key derivation', weakCryptography, crypto('pbkdf2Sync(a, b, 1, 32, "sha1");')],
    ['a digest out of a variable', weakCryptography, crypto('createHash(algorithm);')],
    ['a digest out of a variable that changes', weakCryptography, crypto('let a = "sha256"; createHash(a);')],
    ['a constant that is weak', weakCryptography, crypto('const A = "md5"; createHash(A);')],
    ['a cipher without authentication', weakCryptography, crypto('createCipheriv("aes-256-cbc", key, iv);')],
    ['ECB', weakCryptography, crypto('createDecipheriv("aes-128-ecb", key, null);')],
  ])('[C.1] counter-proof: finds a planted fault: %s', (_, rule, text) => {
    expect(rule(virtualTree({ 'src/a.ts': text }))).toEqual([expect.stringContaining('src/a.ts')]);
  });

  it.each([
    ['a route with scopes', undeclaredRoutes, 'class A { @Get() @RequireScopes("a") read() {} }'],
    ['a route of an open class', undeclaredRoutes, '@Public() class A { @Get() read() {} }'],
    ['a method that is no route', undeclaredRoutes, 'class A { read() {} }'],
    ['randomness of the system', guessableNumbers, 'const id = crypto.randomUUID();'],
    ['a timer with a function', dynamicCode, 'setTimeout(() => run(), 10);'],
    ['a program without a shell', shellCommands, 'import { execFile } from "node:child_process";'],
    ['a shell that is refused', shellCommands, 'spawn("ls", [name], { shell: false });'],
    ['verified TLS', unverifiedTls, 'connect({ rejectUnauthorized: true });'],
    ['SHA-256', weakCryptography, crypto('createHash("sha256");')],
    ['AES-GCM', weakCryptography, crypto('createCipheriv("aes-256-gcm", key, iv);')],
    ['a constant that is strong', weakCryptography, crypto('const A = "sha256"; createHash(A).toString();')],
    ['another hash than that of node:crypto', weakCryptography, 'hash(value);'],
  ])('[C.1] leaves alone: %s', (_, rule, text) => {
    expect(rule(virtualTree({ 'src/a.ts': text }))).toEqual([]);
  });
});
