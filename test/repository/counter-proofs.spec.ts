import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkpointsMeant,
  counterProofTable,
  filesMeant,
  parseReport,
  tableText,
  titlePattern,
  type VitestReport,
} from '../counterproof/counter-proof-table.js';
import { CHECKPOINTS } from './practices.js';
import { absolute, exists, readJson } from './repository.js';

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

    expect(scripts['test:counterproof']).toMatch(/^node test\/counterproof\/counter-proofs\.ts$/);
    expect(exists('test/counterproof/counter-proofs.ts')).toBe(true);
  });
});

describe('the command, given the report of a run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'report-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const tell = async (text: string, ...options: string[]): Promise<{ status: number; said: string }> => {
    const file = path.join(folder, 'report.json');
    await writeFile(file, text);
    const command = absolute('test/counterproof/counter-proofs.ts');
    return new Promise((resolve) => {
      execFile(process.execPath, [command, '--report', file, ...options], (error, stdout, stderr) =>
        resolve({ status: Number(error?.code ?? 0), said: stdout + stderr }),
      );
    });
  };
  const proven = (ids: readonly string[]): string =>
    JSON.stringify(aReport(...ids.map((id) => aTest(`[${id}] counter-proof: a`, 'passed'))));

  it('prints the table from it, and is content when each checkpoint has one that landed', async () => {
    const json = path.join(folder, 'table.json');
    const { status, said } = await tell(proven([...CHECKPOINTS]), '--json', json);

    expect(said).toContain('50 of 50 attacks landed once their defence was out.');
    expect(status).toBe(0);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ unproven: [] });
  });

  it('fails when one is missing there', async () => {
    const { status, said } = await tell(proven([...CHECKPOINTS].filter((id) => id !== 'P9.4')));

    expect(said).toContain('No counter-proof landed for: P9.4');
    expect(status).toBe(1);
  });

  it('looks for one checkpoint alone when that is asked for', async () => {
    expect(await tell(proven(['P9.4']), '--only', 'P9.4')).toMatchObject({ status: 0 });
  });

  it.each(['', '{}', 'null', '{"testResults":{}}'])(
    'says that it could not look when the file is %j',
    async (text) => {
      const { status, said } = await tell(text);

      expect(said).toContain('report.json is no report of Vitest');
      expect(status).toBe(2);
    },
  );
});

describe('a report', () => {
  it('is what Vitest has written, and nothing else', () => {
    const report = aReport(aTest('[P1.1] counter-proof: a', 'passed'));

    expect(parseReport(JSON.stringify(report))).toEqual(report);
    expect(() => parseReport('[]')).toThrow('no results of tests');
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
