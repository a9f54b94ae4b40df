import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from './practices.js';
import { COUNTER_PROOF, idsIn, isCounterProof } from './proof-titles.js';
import { parse, sourceTree } from './source-tree.js';
import { testTitles } from './test-titles.js';

/** The checkpoints that are done. Each part of the work adds its own. */
const DONE =
  'P1.1 P1.2 P1.3 P1.4 P2.1 P2.2 P2.3 P2.4 P3.1 P3.2 P3.3 P3.4 P3.5 P4.1 P4.2 P4.3 P4.4 P4.5 P4.6 P5.1 P5.2 P5.3 P5.4 P5.5 P6.1 P6.2 P6.3 P6.4 P7.1 P7.2 P7.3 P7.4 P8.1 P8.2 P8.3 P8.4 P8.5 P9.1 P9.2 P9.3 P9.4 P9.5 P10.1 P10.2 P10.3 P10.4 P10.5 C.1 C.2 C.3'.split(
    ' ',
  );

/** What runs against the whole system that somebody has started, such as the attack suite, stands in test/dev. */
const PROOFS = ['test/practices', 'test/dev'].flatMap((folder) => sourceTree(folder).flatMap(testTitles));
/** What is practised continuously is a property of the repository as well, and is proven there. */
const REPOSITORY_PROOFS = sourceTree('test/repository').flatMap(testTitles);
const ALL_TITLES = ['src', 'test'].flatMap((folder) => sourceTree(folder).flatMap(testTitles));

function provingTitles(id: string, titles: readonly string[]): { proofs: string[]; counterProofs: string[] } {
  const mine = titles.filter((title) => idsIn(title).includes(id));
  return {
    proofs: mine.filter((title) => !isCounterProof(title)),
    counterProofs: mine.filter(isCounterProof),
  };
}

describe('the checkpoints', () => {
  it('are fifty', () => {
    expect(CHECKPOINTS.size).toBe(50);
    expect(DONE.filter((id) => !CHECKPOINTS.has(id))).toEqual([]);
  });

  it.each(DONE)('%s has a proof over HTTP and a counter-proof without its defence', (id) => {
    const titles = id.startsWith('C.') ? [...PROOFS, ...REPOSITORY_PROOFS] : PROOFS;
    const { proofs, counterProofs } = provingTitles(id, titles);

    expect(proofs.length, `tests of test/practices and test/dev with [${id}]`).toBeGreaterThan(0);
    expect(counterProofs.length, `of them, tests with the words ${COUNTER_PROOF}`).toBeGreaterThan(0);
  });

  it('are the only ids that a test title carries', () => {
    expect(ALL_TITLES.filter((title) => idsIn(title).some((id) => !CHECKPOINTS.has(id)))).toEqual([]);
  });
});

describe('the titles of all tests', () => {
  it('state a property, not an intention', () => {
    expect(ALL_TITLES.filter((title) => /\bshould\b|\bis defined\b|\bworks$/.test(title))).toEqual([]);
  });
});

describe('the reader of test titles', () => {
  const titles = (text: string): string[] => testTitles(parse('a.spec.ts', text));

  it('joins the titles of groups and tests', () => {
    const text = `describe('[P1.1] tokens', () => { describe.each([1])('of %s', () => { it('end', () => {}); }); });`;

    expect(titles(text)).toEqual(['[P1.1] tokens > of %s > end']);
  });

  it('reads tables of tests and conditions on them', () => {
    expect(titles(`it.each([['a']])('[P3.1] %s', () => {});`)).toEqual(['[P3.1] %s']);
    expect(titles(`it.skipIf(without)('[P2.2] heals', () => {});`)).toEqual(['[P2.2] heals']);
    expect(titles('for (const id of ids) it(`[P3.2] refuses ${id}`, () => {});')).toEqual([
      '[P3.2] refuses ${id}',
    ]);
  });

  it('leaves out what never runs', () => {
    expect(titles(`it.skip('[P1.1] a', () => {}); it.todo('[P1.1] b');`)).toEqual([]);
    expect(titles(`describe.skip('[P1.1]', () => { it('a', () => {}); });`)).toEqual([]);
    expect(titles(`// it('[P1.1] a', () => {});`)).toEqual([]);
  });

  it('tells a proof from a counter-proof', () => {
    const found = provingTitles('P1.1', ['[P1.1] ends', '[P1.1] counter-proof: lasts', '[P1.4] ends']);

    expect(found).toEqual({ proofs: ['[P1.1] ends'], counterProofs: ['[P1.1] counter-proof: lasts'] });
  });

  it('sees an id that no checkpoint has', () => {
    expect(idsIn('[P1.5] and [C.4] and [P10.5]').map((id) => CHECKPOINTS.has(id))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
