import { describe, expect, it } from 'vitest';
import {
  crowdedFolders,
  headerFaults,
  longFiles,
  misnamedClasses,
  misnamedFiles,
  misnamedFolders,
  README_HEADINGS,
  readmeFaults,
} from './layout-rules.js';
import { PRACTICES } from './practices.js';
import { exists, read } from './repository.js';
import { importsOf, parse, sourceTree, virtualTree, withoutSpecs } from './source-tree.js';

const SRC = sourceTree('src');
const FILES = SRC.map((file) => file.path);

describe('the files of src', () => {
  it('are named by subject and role, in kebab-case', () => {
    expect(misnamedFiles(FILES)).toEqual([]);
  });

  it('lie in folders that are named by concept', () => {
    expect(misnamedFolders(FILES)).toEqual([]);
  });

  it('are short enough to be read', () => {
    expect(longFiles(withoutSpecs(SRC))).toEqual([]);
  });

  it('are few enough in each folder to be seen at once', () => {
    expect(crowdedFolders(FILES)).toEqual([]);
  });

  it('export one class each, under the name of the file', () => {
    expect(misnamedClasses(withoutSpecs(SRC))).toEqual([]);
  });
});

describe('the files of attack', () => {
  const attack = sourceTree('attack');
  const files = attack.map((file) => file.path);

  it('obey the same rules of names and sizes', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(misnamedFiles(files)).toEqual([]);
    expect(misnamedFolders(files)).toEqual([]);
    expect(longFiles(attack)).toEqual([]);
    expect(crowdedFolders(files)).toEqual([]);
    expect(misnamedClasses(attack)).toEqual([]);
  });

  it('need nothing of the application but what it answers', () => {
    const targets = attack.flatMap((file) => importsOf(file).map(({ target }) => target ?? ''));

    expect(targets.filter((target) => target.startsWith('src/') || target.startsWith('dist/'))).toEqual([]);
  });
});

const existing = PRACTICES.map((practice, index) => ({ practice, number: index + 1 })).filter(
  ({ practice }) => exists(`src/${practice}`),
);

describe.each(existing)('the practice $practice', ({ practice, number }) => {
  it('has a README with the fixed headings, on one page', () => {
    const readme = `src/${practice}/README.md`;

    expect(exists(readme) ? readmeFaults(read(readme)) : ['it is missing']).toEqual([]);
  });

  it('has a module that opens with threat, defence, limits and proof', () => {
    const file = `src/${practice}/${practice}.module.ts`;

    expect(exists(file) ? headerFaults(parse(file, read(file)), number, exists) : ['it is missing']).toEqual(
      [],
    );
  });
});

describe('the checker of the layout', () => {
  it.each([
    'src/auth/accessToken.ts',
    'src/auth/token.handler.ts',
    'src/auth/Token.ts',
    'src/auth/a.b.dto.ts',
  ])('refuses the file name %s', (file) => {
    expect(misnamedFiles([file])).toEqual([file]);
  });

  it.each([
    'src/auth/access-token.ts',
    'src/auth/auth.guard.ts',
    'src/auth/auth.guard.spec.ts',
    'src/main.ts',
  ])('allows the file name %s', (file) => {
    expect(misnamedFiles([file])).toEqual([]);
  });

  it('refuses drawers and folders named by role, at any depth', () => {
    const files = ['src/auth/utils/a.ts', 'src/guards/b.ts', 'src/auth/Tokens/c.ts', 'src/auth/tokens/d.ts'];

    expect(misnamedFolders(files)).toEqual(['utils', 'guards', 'Tokens']);
  });

  it('refuses a file of 251 lines and a folder of thirteen files', () => {
    const files = Array.from({ length: 13 }, (_, index) => `src/auth/file-${index}.ts`);

    expect(longFiles(virtualTree({ 'src/a.ts': '\n'.repeat(251) }))).toHaveLength(1);
    expect(longFiles(virtualTree({ 'src/a.ts': '\n'.repeat(250) }))).toEqual([]);
    expect(crowdedFolders(files)).toEqual(['src/auth holds 13 source files']);
    expect(crowdedFolders([...files.slice(1), 'src/auth/file-1.spec.ts'])).toEqual([]);
  });

  it('refuses a second class and a class of another name, except in collections', () => {
    const tree = virtualTree({
      'src/auth/auth.guard.ts': 'export class AuthenticationGuard {}',
      'src/auth/token-bucket.ts': 'export class TokenBucket {} export class Leak {}',
      'src/auth/right-name.ts': 'export class RightName {} class Private {}',
      'src/auth/no-class.ts': 'export const value = 1;',
      'src/auth/customer.dto.ts': 'export class CreateCustomer {} export class UpdateCustomer {}',
      'src/customers/v2/customers.controller.ts': 'export class CustomersV2Controller {}',
      'src/customers/customers.service.ts': 'export class CustomersV2Service {}',
    });

    expect(misnamedClasses(tree)).toEqual([
      'src/auth/auth.guard.ts exports AuthenticationGuard, not only AuthGuard',
      'src/auth/token-bucket.ts exports TokenBucket, Leak, not only TokenBucket',
      'src/customers/customers.service.ts exports CustomersV2Service, not only CustomersService',
    ]);
  });

  it('refuses a README whose headings are missing, added or in another order', () => {
    const readme = (headings: readonly string[]): string =>
      headings.map((heading) => `## ${heading}\n`).join('\n');

    expect(readmeFaults(readme(README_HEADINGS))).toEqual([]);
    expect(readmeFaults(readme(README_HEADINGS.slice(1)))).toHaveLength(1);
    expect(readmeFaults(readme([...README_HEADINGS, 'More']))).toHaveLength(1);
    expect(readmeFaults(readme(README_HEADINGS.toReversed()))).toHaveLength(1);
    expect(readmeFaults(readme(README_HEADINGS) + '\n'.repeat(120))).toHaveLength(1);
    const generated = `<!-- bench: x -->${'\n'.repeat(120)}<!-- end of bench -->`;
    expect(readmeFaults(readme(README_HEADINGS) + generated)).toEqual([]);
  });
});

describe('the checker of the headers', () => {
  const header = [
    'P2 Rate limiting — checkpoints P2.1–P2.4.',
    'Threat:  one caller exhausts the API.',
    'Defence: a token bucket.',
    'Limits:  a distributed flood.',
    'Proof:   test/practices/p02-rate-limit.e2e-spec.ts',
  ];
  const faults = (lines: readonly string[], hasProof = true): string[] => {
    const comment = ['/**', ...lines.map((line) => ` * ${line}`), ' */'].join('\n');
    const file = parse(
      'src/a.module.ts',
      `import { Module } from 'x';\n\n${comment}\n@Module({})\nexport class A {}`,
    );
    return headerFaults(file, 2, () => hasProof);
  };

  it('accepts the header of the house', () => {
    expect(faults(header)).toEqual([]);
  });

  it('refuses another practice, a missing line, a line too many and a proof that is not there', () => {
    expect(faults(header.with(0, 'P3 Validation — checkpoints P3.1–P3.5.'))).toHaveLength(1);
    expect(faults(header.with(1, 'Threat:'))).toHaveLength(1);
    expect(faults(header.toSpliced(3, 1))).toHaveLength(1);
    expect(faults([...header, 'More'])).toHaveLength(1);
    expect(faults(header, false)).toHaveLength(1);
  });

  it('refuses a module that opens with anything else', () => {
    const file = parse('src/a.module.ts', `const A = 1;\n/** ${header[0]} */\nexport class B {}`);

    expect(headerFaults(file, 2, () => true)).toHaveLength(1);
  });
});
