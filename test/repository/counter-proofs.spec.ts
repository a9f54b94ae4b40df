import { describe, expect, it } from 'vitest';
import {
  checkpointsMeant,
  counterProofTable,
  filesMeant,
  tableText,
  titlePattern,
  type VitestReport,
} from '../counterproof/counter-proof-table.js';
import { exists, readJson } from './repository.js';

type Test = VitestReport['testResults'][number]['assertionResults'][number];

const aTest = (title: string, status: string, ...ancestorTitles: string[]): Test => ({
  ancestorTitles,
  title,
  status,
});

const aReport = (...assertionResults: Test[]): VitestReport => ({
  testResults: [{ name: '/project/test/practices/a.e2e-spec.ts', message: '', assertionResults }],
});

const table = (report: VitestReport, ...checkpoints: string[]) =>
  counterProofTable(report, '/project', checkpoints);

describe('the command that takes the defences out', () => {
  it('is there', () => {
    const { scripts } = readJson('package.json') as { scripts: Record<string, string> };

    expect(scripts['test:counterproof']).toMatch(/ node test\/counterproof\/counter-proofs\.ts$/);
    expect(exists('test/counterproof/counter-proofs.ts')).toBe(true);
  });
});

describe('the table of what landed', () => {
  it('calls it landed when the test passed, and nothing else', () => {
    const statuses = ['passed', 'failed', 'skipped', 'pending', 'todo'];
    const report = aReport(...statuses.map((status) => aTest('[P1.1] counter-proof: a', status)));

    expect(table(report, 'P1.1').counterProofs.map(({ outcome }) => outcome)).toEqual([
      'landed',
      'NOT landed',
      'not run',
      'not run',
      'not run',
    ]);
  });

  it('names checkpoint, title and file, in the order of the checkpoints', () => {
    const report = aReport(
      aTest('[P2.1] [P1.1] counter-proof: a', 'passed'),
      aTest('[P1.1] without it', 'passed', 'counter-proofs'),
    );

    const file = 'test/practices/a.e2e-spec.ts';
    expect(table(report, 'P1.1', 'P2.1')).toEqual({
      counterProofs: [
        { checkpoint: 'P1.1', title: '[P2.1] [P1.1] counter-proof: a', file, outcome: 'landed' },
        { checkpoint: 'P1.1', title: 'counter-proofs > [P1.1] without it', file, outcome: 'landed' },
        { checkpoint: 'P2.1', title: '[P2.1] [P1.1] counter-proof: a', file, outcome: 'landed' },
      ],
      unproven: [],
      brokenFiles: [],
    });
  });

  it('leaves out proofs, and what concerns no checkpoint that was asked for', () => {
    const report = aReport(
      aTest('[P1.1] ends', 'passed'),
      aTest('tells a counter-proof', 'passed'),
      aTest('[P1.2] counter-proof: a', 'passed'),
    );

    expect(table(report, 'P1.1').counterProofs).toEqual([]);
  });

  it.each([
    ['none of its counter-proofs landed', [aTest('[P1.1] counter-proof: a', 'failed')]],
    ['none was run', [aTest('[P1.1] counter-proof: a', 'skipped')]],
    ['it has only proofs', [aTest('[P1.1] ends', 'passed')]],
    ['it has no test at all', []],
  ])('finds a checkpoint unproven when %s', (_what, tests) => {
    expect(table(aReport(...tests), 'P1.1').unproven).toEqual(['P1.1']);
  });

  it('needs one of them to land', () => {
    const report = aReport(
      aTest('[P1.1] counter-proof: a', 'failed'),
      aTest('[P1.1] counter-proof: b', 'passed'),
    );

    expect(table(report, 'P1.1').unproven).toEqual([]);
  });

  it('names a file that could not be run', () => {
    const name = '/project/test/dev/b.e2e-spec.ts';
    const report = { testResults: [{ name, message: 'No such module\n at b', assertionResults: [] }] };

    expect(table(report, 'P1.1').brokenFiles).toEqual(['test/dev/b.e2e-spec.ts: No such module']);
  });

  it('is told in lines, with a sum', () => {
    const report = aReport(
      aTest('[P1.1] counter-proof: a', 'passed'),
      aTest('[P1.2] counter-proof: b', 'failed'),
    );

    expect(tableText(table(report, 'P1.1', 'P1.2')).split('\n')).toEqual([
      'P1.1   landed      test/practices/a.e2e-spec.ts  [P1.1] counter-proof: a',
      'P1.2   NOT landed  test/practices/a.e2e-spec.ts  [P1.2] counter-proof: b',
      '',
      '1 of 2 attacks landed once their defence was out.',
      'No counter-proof landed for: P1.2',
      '',
    ]);
  });
});

describe('what is run', () => {
  it('is one checkpoint, one practice or all', () => {
    expect(checkpointsMeant('P1.4')).toEqual(['P1.4']);
    expect(checkpointsMeant('P1')).toEqual(['P1.1', 'P1.2', 'P1.3', 'P1.4']);
    expect(checkpointsMeant('C')).toEqual(['C.1', 'C.2', 'C.3']);
    expect(checkpointsMeant('P1.9')).toEqual([]);
    expect(checkpointsMeant(undefined)).toHaveLength(50);
  });

  it('is a counter-proof of that checkpoint, wherever in the title the words stand', () => {
    const titles = [
      '[P1.1] counter-proof: a',
      'counter-proofs [P1.1] without it',
      '[P1.1] ends',
      '[P1.4] counter-proof: a',
      '[P10.1] counter-proof: a',
    ];

    expect(titles.filter((title) => new RegExp(titlePattern('P1.1')).test(title))).toEqual(
      titles.slice(0, 2),
    );
  });

  it('is every counter-proof when no checkpoint is named', () => {
    expect(new RegExp(titlePattern(undefined)).test('[P10.1] counter-proof: a')).toBe(true);
    expect(new RegExp(titlePattern(undefined)).test('[P10.1] a')).toBe(false);
  });

  it('is looked for only in files that can hold it', () => {
    const files = [
      { path: 'a', text: `it('[P1.1] counter-proof: a')` },
      { path: 'b', text: `it('[P1.1] ends')` },
      { path: 'c', text: `it('[P1.4] counter-proof: c')` },
    ];

    expect(filesMeant(files, ['P1.1'])).toEqual(['a']);
  });
});
