import { describe, expect, it } from 'vitest';
import {
  barrels,
  clockReads,
  composedSql,
  databaseImports,
  environmentReads,
  errorResponses,
  idleExports,
  misspeltImports,
} from './code-rules.js';
import { folderCycles, forbiddenImports, offeredFiles, type PublicFiles } from './folder-rules.js';
import { PRACTICES } from './practices.js';
import { exists, read } from './repository.js';
import { sourceTree, virtualTree, withoutSpecs, type SourceFile } from './source-tree.js';

const SRC = sourceTree('src');
const PRODUCTION = withoutSpecs(SRC);

const outside = (folder: string): SourceFile[] =>
  PRODUCTION.filter(({ path }) => !path.startsWith(`${folder}/`));

const OFFERED: PublicFiles = new Map(
  PRACTICES.map((practice) => `src/${practice}/README.md`)
    .filter(exists)
    .map((readme) => [readme.split('/')[1] ?? '', offeredFiles(read(readme))]),
);

describe('the folders of src', () => {
  it('import each other only as the dependency rules allow', () => {
    expect(forbiddenImports(SRC, OFFERED)).toEqual([]);
  });

  it('form no cycle, neither as practices nor inside one', () => {
    expect(folderCycles(SRC)).toEqual([]);
  });

  it('hold no barrel', () => {
    expect(barrels(SRC)).toEqual([]);
  });

  it('spell relative imports with .js and built-ins with node:', () => {
    expect(misspeltImports(SRC)).toEqual([]);
  });
});

describe('the files of the whole project', () => {
  it('export no function and no constant that no other file names', () => {
    const all = ['src', 'prisma', 'dev', 'attack', 'bench', 'test'].flatMap(sourceTree);

    expect(idleExports(all)).toEqual([]);
  });
});

describe('one owner for each border of the process', () => {
  it('only database imports Prisma or the driver', () => {
    expect(databaseImports(outside('src/database'))).toEqual([]);
  });

  it('only platform/errors writes an error response', () => {
    expect(errorResponses(outside('src/platform/errors'))).toEqual([]);
  });

  it('only platform/clock knows what time it is', () => {
    expect(clockReads(outside('src/platform/clock'))).toEqual([]);
  });

  it('only platform/config reads the environment', () => {
    expect(environmentReads(outside('src/platform/config'))).toEqual([]);
  });

  it('[P3.4] nobody puts a query together from strings', () => {
    expect(composedSql(PRODUCTION)).toEqual([]);
  });
});

describe('the checker of the dependency rules', () => {
  const offered: PublicFiles = new Map([['auth', ['principal.ts', 'access/scopes.decorator.ts']]]);

  it.each([
    [
      'platform that imports a practice',
      'src/platform/http/a.ts',
      '../../auth/principal.js',
      'platform knows',
    ],
    [
      'a practice that imports customers',
      'src/cors/a.ts',
      '../customers/b.js',
      'nothing may depend on customers',
    ],
    ['a private file of another practice', 'src/cors/a.ts', '../auth/tokens/b.js', 'does not offer'],
    [
      'a file whose name merely ends like an offered one',
      'src/cors/a.ts',
      '../auth/x-principal.js',
      'does not offer',
    ],
    ['a practice without a README', 'src/auth/a.ts', '../cors/b.js', 'does not offer'],
    ['a folder that imports the root', 'src/cors/a.ts', '../create-app.js', 'no folder knows'],
    ['source that imports dev', 'src/main.ts', '../dev/start.js', 'src stands on its own'],
    ['source that imports test', 'src/auth/a.ts', '../../test/support/clock.js', 'src stands on its own'],
  ])('refuses %s', (_, file, specifier, fault) => {
    const faults = forbiddenImports(virtualTree({ [file]: `import { x } from '${specifier}';` }), offered);

    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    ['an offered file', 'src/cors/a.ts', '../auth/access/scopes.decorator.js'],
    ['platform', 'src/cors/a.ts', '../platform/clock/clock.js'],
    ['its own folder', 'src/auth/tokens/a.ts', '../access/b.js'],
    ['anything, from the root', 'src/app.module.ts', './cors/cors.guard.js'],
    ['test support, from a spec', 'src/auth/a.spec.ts', '../../test/support/clock.js'],
  ])('allows %s', (_, file, specifier) => {
    const tree = virtualTree({ [file]: `import { x } from '${specifier}';` });

    expect(forbiddenImports(tree, offered)).toEqual([]);
  });

  it.each([
    'import type { B } from "../customers/b.js";',
    'export { B } from "../customers/b.js";',
    'const b = await import("../customers/b.js");',
    'type B = import("../customers/b.js").B;',
  ])('sees the import in %s', (text) => {
    expect(forbiddenImports(virtualTree({ 'src/cors/a.ts': text }), offered)).toHaveLength(1);
  });

  it('takes the offer of a README from its own section only', () => {
    const readme = '## Settings\n`no.ts`\n## What other folders use\n`a.ts`, `b/c.ts`\n## Proof\n`not.ts`\n';

    expect(offeredFiles(readme)).toEqual(['a.ts', 'b/c.ts']);
    expect(offeredFiles('## What other folders use\n`last.ts`')).toEqual(['last.ts']);
  });

  it('finds a cycle of three practices and one between sub-concepts, once each', () => {
    const tree = virtualTree({
      'src/auth/a.ts': 'import "../cors/b.js"; import "./tokens/t.js";',
      'src/cors/b.ts': 'import "../database/c.js";',
      'src/database/c.ts': 'import "../auth/a.js";',
      'src/auth/tokens/t.ts': 'import "../access/u.js"; import "../a.js";',
      'src/auth/access/u.ts': 'import "../tokens/t.js";',
    });

    expect(folderCycles(tree)).toEqual([
      'src/auth → src/cors → src/database → src/auth',
      'src/auth/access → src/auth/tokens → src/auth/access',
    ]);
  });
});

describe('the checker of exports', () => {
  it('finds what no other file names', () => {
    const tree = virtualTree({
      'src/a.ts': 'export const A = 1, B = A; export async function c() {} export const D = 2;',
      'src/e.spec.ts': "import { D as renamed } from './a.js';",
    });

    expect(idleExports(tree)).toEqual(['src/a.ts A', 'src/a.ts B', 'src/a.ts c']);
  });

  it('leaves alone types, classes, defaults, and modules that are taken as a whole', () => {
    const tree = virtualTree({
      'src/a.ts': "export type A = 'a'; export class B {} export default function f() {}",
      'src/b.ts': 'export const B = 1;',
      'src/c.ts': "export const C = await import('./b.js');",
      'src/d.ts': "import { C } from './c.js';",
    });

    expect(idleExports(tree)).toEqual([]);
  });
});

describe('the checkers of single files', () => {
  it.each([
    ['a barrel', barrels, 'export {};', 'src/auth/index.ts'],
    ['an import without extension', misspeltImports, 'import { a } from "./a";'],
    ['an import of the source file', misspeltImports, 'import { a } from "./a.ts";'],
    ['a built-in without its prefix', misspeltImports, 'import { readFile } from "fs/promises";'],
    ['Prisma', databaseImports, 'import { PrismaPg } from "@prisma/adapter-pg";'],
    ['the driver', databaseImports, 'import type pg from "pg";'],
    ['the generated client', databaseImports, 'import { A } from "../database/generated/client.js";'],
    ['one of Nest’s exceptions', errorResponses, 'import { NotFoundException } from "@nestjs/common";'],
    [
      'one of Nest’s exceptions by another name',
      errorResponses,
      'import { HttpException as E } from "@nestjs/common";',
    ],
    ['a second filter', errorResponses, 'import { Catch } from "@nestjs/common";'],
    ['a status of failure', errorResponses, 'reply.status(404).send({});'],
    ['a decorated status of failure', errorResponses, 'class C { @HttpCode(404) get() {} }'],
    ['an assigned status of failure', errorResponses, 'reply.statusCode = 500;'],
    ['a problem type', errorResponses, 'reply.type("application/problem+json");'],
    ['Date.now', clockReads, 'const now = Date.now();'],
    ['Date.now as a value', clockReads, 'const read = Date.now;'],
    ['a date of now', clockReads, 'const now = new Date();'],
    ['a date of now without parentheses', clockReads, 'const now = new Date;'],
    ['process.env', environmentReads, 'const a = process.env.A;'],
    ['process.env by index', environmentReads, 'const a = process["env"].A;'],
    ['process.env through the global', environmentReads, 'const a = globalThis.process.env.A;'],
    ['process taken apart', environmentReads, 'const { env } = process;'],
    ['process imported', environmentReads, 'import { env } from "node:process";'],
    ['an interpolated query', composedSql, 'client.query(`SELECT ${name}`);'],
    ['a concatenated query', composedSql, 'client.query("SELECT " + name);'],
    [
      'an interpolated statement on its way to a query',
      composedSql,
      'const text = `UPDATE ${table} SET a = 1`;',
    ],
    ['an interpolated part of a query', composedSql, 'client.query(`${head} FROM customers`);'],
  ])('refuse %s', (_, rule, text, file = 'src/auth/a.ts') => {
    expect(rule(virtualTree({ [file]: text }))).toEqual([expect.stringContaining(file)]);
  });

  it.each([
    ['a date of a given moment', clockReads, 'const then = new Date(clock.nowMilliseconds());'],
    ['a status of success', errorResponses, 'reply.status(204).send();'],
    ['other members of process', environmentReads, 'process.on("SIGTERM", stop);'],
    ['a constant query', composedSql, 'client.query("SELECT $1", [name]);'],
    ['a tagged query', composedSql, 'prisma.$queryRaw`SELECT ${name}`;'],
    ['an escaped identifier', composedSql, 'client.query(`LISTEN ${pg.escapeIdentifier(name)}`);'],
  ])('allow %s', (_, rule, text) => {
    expect(rule(virtualTree({ 'src/auth/a.ts': text }))).toEqual([]);
  });
});
