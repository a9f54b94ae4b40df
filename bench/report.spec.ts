import { describe, expect, it } from 'vitest';
import type { Measured } from './load/compare.js';
import { comparison, costs, lists, others } from './report.js';
import { FULL_NAME, type Variant } from './variants.js';

const variant = (name: string, without?: Variant['without']): Variant => ({
  name,
  script: '',
  environment: {},
  nodeOptions: [],
  ...(without ? { without } : {}),
});

/** The same CPU time at one and at fifty connections, round by round. */
function measured(...cpu: number[]): Measured {
  const slices = cpu.map((cpuMicrosecondsPerRequest) => ({
    cpuMicrosecondsPerRequest,
    residentBytes: 100_000_000,
    requests: 1000,
    seconds: 1,
    failures: 0,
    slowestMilliseconds: 9,
  }));
  return new Map([
    [1, slices],
    [50, slices],
  ]);
}

const RESULTS = new Map([
  [variant('floor'), measured(100, 110, 300)],
  [variant(FULL_NAME), measured(200, 220, 600)],
  [variant('control', 'nothing'), measured(200, 200, 200)],
  [variant('rest', 'monitoring'), measured(180, 180, 180)],
]);

const cellsOf = (table: string, name: string): string[] =>
  (table.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '')
    .split('|')
    .map((cell) => cell.trim());

describe('the report', () => {
  it('has a row for every variant, with its ratio to the floor', () => {
    const table = comparison(RESULTS);

    expect(cellsOf(table, 'floor').slice(2, 5)).toEqual(['110', '1', '1000']);
    expect(cellsOf(table, FULL_NAME).slice(2, 5)).toEqual(['220', '0.5', '1000']);
    expect(table.split('\n')).toHaveLength(2 + RESULTS.size);
  });

  it('says how many times what the application needs the others need', () => {
    const table = others(RESULTS);

    expect(cellsOf(table, 'floor').slice(2, 4)).toEqual(['0.5', '0.5']);
    expect(table).not.toContain(FULL_NAME);
  });

  it('says what a practice adds to the control', () => {
    const table = costs(RESULTS);

    expect(cellsOf(table, 'monitoring').slice(2, 5)).toEqual(['20', '10 %', '10 % to 10 %']);
    expect(table).not.toContain('nothing');
  });

  it('relates the first page to the deep one within a round, at every number of rows', () => {
    const table = lists([
      { rows: 10_000, first: [2, 2.2, 6], deep: [2, 2.2, 12] },
      { rows: 1_000_000, first: [2, 2, 8], deep: [4, 4, 8] },
    ]);

    expect(cellsOf(table, '10 thousand rows').slice(2, 5)).toEqual(['2.2', '2.2', '1']);
    expect(cellsOf(table, '1 million rows').slice(2, 5)).toEqual(['2.0', '4.0', '0.5']);
  });
});
