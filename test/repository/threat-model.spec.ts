import { describe, expect, it } from 'vitest';
import { CHECKPOINTS, PRACTICES } from './practices.js';
import { exists, read } from './repository.js';
import { parse } from './source-tree.js';
import { testTitles } from './test-titles.js';
import { boundariesOf, modelFaults, rowsOf } from './threat-model-rules.js';

const MODEL = read('docs/threat-model.md');

const titlesOf = (file: string): string[] =>
  exists(file) && file.endsWith('.ts') ? testTitles(parse(file, read(file))) : [];

describe('the threat model', () => {
  it('[C.2] has a STRIDE table for each boundary, with files that exist and tests that prove it', () => {
    expect(boundariesOf(MODEL)).toHaveLength(9);
    expect(modelFaults(MODEL, { exists, titlesOf })).toEqual([]);
  });

  it('[C.2] names every practice', () => {
    const named = new Set(rowsOf(MODEL).flatMap(({ checkpoints }) => checkpoints));

    expect(
      PRACTICES.map((_, index) => `P${index + 1}.`).filter((id) => ![...named].join(' ').includes(id)),
    ).toEqual([]);
    expect([...named].filter((id) => !CHECKPOINTS.has(id))).toEqual([]);
  });

  it('[C.2] leaves few threats open, and says them among what is not defended', () => {
    expect(rowsOf(MODEL).filter(({ isOpen }) => isOpen)).toMatchObject([{ boundary: 'B6 shared state' }]);
    expect(MODEL.slice(MODEL.indexOf('## What is not defended'))).toContain(
      '**Redis is believed, and told.**',
    );
  });

  it('[C.2] says what is not defended, and leads to what each practice says of itself', () => {
    const section = MODEL.slice(MODEL.indexOf('## What is not defended'));

    expect(PRACTICES.filter((practice) => !section.includes(`](../src/${practice}/README.md)`))).toEqual([]);
  });
});

const STRIDE = ['Spoofing', 'Tampering', 'Repudiation', 'Information', 'Denial', 'Elevation'];
const row = (category: string): string =>
  `| ${category} | a threat | P1.1: a defence, in \`src/a.ts\` | \`test/a.spec.ts\` |\n`;
const SMALL = [
  '```mermaid\na -->|B1 edge| b\n```\n\n### B1 edge\n\n',
  '| STRIDE | Threat | Defence | Proof |\n| --- | --- | --- | --- |\n',
  ...STRIDE.map(row),
].join('');

describe('the checker of the threat model', () => {
  const world = {
    exists: (file: string) => ['src/a.ts', 'test/a.spec.ts'].includes(file),
    titlesOf: (file: string) => (file === 'test/a.spec.ts' ? ['[P1.1] holds'] : []),
  };

  it('[C.2] has nothing against a model that is whole', () => {
    expect(modelFaults(SMALL, world)).toEqual([]);
  });

  it('[C.2] lets a row say that nothing stands there', () => {
    const open = SMALL.replace(row('Denial'), '| Denial | a threat | Not defended: a reason | none |\n');

    expect(open).not.toBe(SMALL);
    expect(modelFaults(open, world)).toEqual([]);
  });

  it.each([
    ['a boundary without a table', 'a -->|B1 edge| b', 'a -->|B1 edge| b\na -->|B2 other| b'],
    ['a table of no boundary', '### B1 edge', '### B2 edge\n\n### B1 edge'],
    ['a letter without a row', row('Repudiation'), ''],
    ['a letter that there is not', row('Denial'), row('Denial') + row('Delay')],
    ['a file that is gone', '`src/a.ts`', '`src/gone.ts`'],
    ['a defence without a file', ', in `src/a.ts`', ''],
    ['a test that is gone', '`test/a.spec.ts`', '`test/gone.spec.ts`'],
    ['a threat without a proof', '| `test/a.spec.ts` |', '| |'],
    ['a row that defends nothing and is proven', 'P1.1: a defence, in `src/a.ts`', 'Not defended: a reason'],
    ['a checkpoint that the test does not prove', 'P1.1:', 'P1.2:'],
    ['a defence without a checkpoint', 'P1.1: a', 'A'],
  ])('[C.2] counter-proof: finds a planted fault: %s', (_, good, bad) => {
    const planted = SMALL.replace(good, () => bad);

    expect(planted).not.toBe(SMALL);
    expect(modelFaults(planted, world)).not.toEqual([]);
  });
});
