import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absolute, readJson } from './repository.js';

/*
 * A rule that is written into a configuration proves nothing: a misspelt option, an override
 * or an ignored folder switches it off in silence. So each forbidden thing is written into a
 * file here, linted with the repository's own configuration, and must be found.
 */

const run = promisify(execFile);

interface Violation {
  readonly what: string;
  readonly rule: string;
  readonly code: string;
  /** Folder of the file; `src/auth` where nothing else is said. */
  readonly folder?: string;
}

const DB = 'declare const db: { [name: string]: (...values: unknown[]) => void };';
const PRISMA = 'declare const Prisma: { raw(sql: string): unknown; Sql: new (sql: string[]) => unknown };';

const FORBIDDEN: readonly Violation[] = [
  { what: 'a floating promise', rule: 'no-floating-promises', code: 'async function f() {}\nf();' },
  {
    what: 'a promise where nobody waits for one',
    rule: 'no-misused-promises',
    code: '[1].forEach(async (n) => { await Promise.resolve(n); });',
  },
  { what: 'an await of no promise', rule: 'await-thenable', code: 'await 1;' },
  {
    what: 'a promise that leaves its try block',
    rule: 'return-await',
    code: 'declare function g(): Promise<void>;\nexport async function f() { try { return g(); } catch { return undefined; } }',
  },
  { what: 'any', rule: 'no-explicit-any', code: 'export const a: any = 1;' },
  {
    what: 'a value of type any',
    rule: 'no-unsafe-assignment',
    code: 'export const a: string = JSON.parse("1");',
  },
  {
    what: 'a member of any',
    rule: 'no-unsafe-member-access',
    code: 'export const a = String(JSON.parse("1").b);',
  },
  { what: 'a call of any', rule: 'no-unsafe-call', code: 'JSON.parse("1")();' },
  { what: 'any as an argument', rule: 'no-unsafe-argument', code: 'parseInt(JSON.parse("1"));' },
  {
    what: 'any as a result',
    rule: 'no-unsafe-return',
    code: 'export function f(): string { return JSON.parse("1"); }',
  },
  {
    what: 'a switch that forgets a case',
    rule: 'switch-exhaustiveness-check',
    code: 'export function f(a: "b" | "c") { switch (a) { case "b": return 1; } return 2; }',
  },
  { what: 'the console', rule: 'no-console', code: 'console.log("x");' },
  { what: 'eval', rule: 'no-eval', code: 'eval("1");' },
  { what: 'new Function', rule: 'no-new-func', code: 'export const f = new Function("return 1");' },
  {
    what: 'a built-in without node:',
    rule: 'prefer-node-protocol',
    code: 'import fs from "fs"; fs.existsSync("x");',
  },
  { what: 'process.env', rule: 'no-process-env', code: 'export const a = process.env.A;' },
  {
    what: 'process.env in main.ts',
    rule: 'no-process-env',
    code: 'export const a = process.env.A;',
    folder: 'src',
  },
  {
    what: 'the environment by import',
    rule: 'no-restricted-imports',
    code: 'import { env } from "node:process"; env.A;',
  },
  {
    what: 'the environment through the global object',
    rule: 'no-restricted-properties',
    code: 'export const a = globalThis.process;',
  },
  { what: 'findUnique', rule: 'no-restricted-properties', code: `${DB}\ndb.findUnique({});` },
  { what: 'findUniqueOrThrow', rule: 'no-restricted-properties', code: `${DB}\ndb.findUniqueOrThrow({});` },
  {
    what: 'a suppression that suppresses nothing',
    rule: 'unused oxlint-disable directive',
    code: '// oxlint-disable-next-line no-console -- a reason\nexport const a = 1;',
  },
];

/** The ways in which Prisma takes SQL as text. */
const RAW_SQL: readonly Violation[] = [
  { what: '$queryRawUnsafe', rule: 'no-restricted-properties', code: `${DB}\ndb.$queryRawUnsafe("x");` },
  {
    what: '$queryRawUnsafe by index',
    rule: 'no-restricted-properties',
    code: `${DB}\ndb["$queryRawUnsafe"]("x");`,
  },
  {
    what: '$queryRawUnsafe taken apart',
    rule: 'no-restricted-properties',
    code: `${DB}\nconst { $queryRawUnsafe } = db;`,
  },
  { what: '$executeRawUnsafe', rule: 'no-restricted-properties', code: `${DB}\ndb.$executeRawUnsafe("x");` },
  { what: 'Prisma.raw', rule: 'no-restricted-properties', code: `${PRISMA}\nPrisma.raw("x");` },
  {
    what: 'Prisma.Sql',
    rule: 'no-restricted-properties',
    code: `${PRISMA}\nexport const a = new Prisma.Sql(["x"]);`,
  },
  {
    what: 'raw from the runtime',
    rule: 'no-restricted-imports',
    code: 'import { raw } from "@prisma/client/runtime/client"; raw("x");',
  },
];

/** What the rules above must leave alone, or they would be right for a wrong reason. */
const ALLOWED: readonly Violation[] = [
  {
    what: 'process.env in platform/config',
    rule: 'no-process-env',
    code: 'export const a = process.env.A;',
    folder: 'src/platform/config',
  },
  {
    what: 'process.env in dev',
    rule: 'no-process-env',
    code: 'export const a = process.env.A;',
    folder: 'dev',
  },
  { what: 'the console in dev', rule: 'no-console', code: 'console.log("x");', folder: 'dev' },
  { what: 'findFirst', rule: 'no-restricted-properties', code: `${DB}\ndb.findFirst({});` },
  {
    what: 'a value import of a class that is only a type here',
    rule: 'consistent-type-imports',
    code: 'import { Reflector } from "@nestjs/core"; export const f = (r: Reflector): Reflector => r;',
  },
];

const found = new Map<string, string[]>();
let workspace: string;

const FIXTURES = [...FORBIDDEN, ...RAW_SQL, ...ALLOWED];

/** The place of a fixture; every fixture is a module of its own. */
function fileOf(violation: Violation): string {
  return path.posix.join(violation.folder ?? 'src/auth', `fixture-${FIXTURES.indexOf(violation)}.ts`);
}

beforeAll(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'lint-'));
  await symlink(absolute('node_modules'), path.join(workspace, 'node_modules'), 'junction');
  for (const file of ['.oxlintrc.json', 'tsconfig.json']) {
    await copyFile(absolute(file), path.join(workspace, file));
  }
  for (const violation of FIXTURES) {
    const file = path.join(workspace, fileOf(violation));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${violation.code}\nexport {};\n`);
  }
  const folders = [...new Set(FIXTURES.map(({ folder = 'src' }) => folder.split('/')[0] ?? folder))];
  for (const { filename, rule } of await lint(folders)) {
    found.set(filename, [...(found.get(filename) ?? []), rule]);
  }
});

afterAll(async () => {
  await rm(workspace, { recursive: true, force: true });
});

async function lint(folders: readonly string[]): Promise<{ filename: string; rule: string }[]> {
  const oxlint = absolute('node_modules/oxlint/bin/oxlint');
  const { stdout } = await run(process.execPath, [oxlint, '--type-aware', '--format=json', ...folders], {
    cwd: workspace,
  }).catch((error: { stdout: string; stderr: string }) => error); // it fails because it finds something
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { filename: string; code?: string; message: string }[];
  };
  return diagnostics.map(({ filename, code, message }) => ({
    filename: filename.replaceAll('\\', '/'),
    // `typescript(no-explicit-any)`; an unused suppression has a message and no code.
    rule: code?.replace(/^.*\(|\)$/g, '') ?? message.toLowerCase(),
  }));
}

describe('the linter', () => {
  const rulesFor = (violation: Violation): string[] => found.get(fileOf(violation)) ?? [];

  it.each(FORBIDDEN)('refuses $what', (violation) => {
    expect(rulesFor(violation)).toContainEqual(expect.stringContaining(violation.rule));
  });

  it.each(RAW_SQL)('[P3.4] refuses $what', (violation) => {
    expect(rulesFor(violation)).toContainEqual(expect.stringContaining(violation.rule));
  });

  it.each(ALLOWED)('allows $what', (violation) => {
    expect(rulesFor(violation)).not.toContainEqual(expect.stringContaining(violation.rule));
  });

  it('is part of the check, with types', () => {
    const { scripts } = readJson('package.json') as { scripts: Record<string, string> };

    expect(scripts['check:static']).toMatch(/(^|&& )oxlint --type-aware( &&|$)/);
  });
});
