import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKPOINTS, PRACTICES } from './practices.js';
import { COUNTER_PROOF, idsIn, isCounterProof } from './proof-titles.js';
import { read } from './repository.js';
import { parse, sourceTree } from './source-tree.js';
import { testTitles } from './test-titles.js';

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
  });

  it.each([...CHECKPOINTS])('%s has a proof over HTTP and a counter-proof without its defence', (id) => {
    const titles = id.startsWith('C.') ? [...PROOFS, ...REPOSITORY_PROOFS] : PROOFS;
    const { proofs, counterProofs } = provingTitles(id, titles);

    expect(proofs.length, `tests of test/practices and test/dev with [${id}]`).toBeGreaterThan(0);
    expect(counterProofs.length, `of them, tests with the words ${COUNTER_PROOF}`).toBeGreaterThan(0);
  });

  it('are the only ids that a test title carries', () => {
    expect(ALL_TITLES.filter((title) => idsIn(title).some((id) => !CHECKPOINTS.has(id)))).toEqual([]);
  });
});

describe('a test of a practice', () => {
  const readmes = PRACTICES.map((practice) => read(`src/${practice}/README.md`)).join('\n');

  it.each(sourceTree('test/practices').map((file) => path.basename(file.path, '.e2e-spec.ts')))(
    '%s stands among the proofs of a README',
    (name) => {
      expect(readmes).toMatch(new RegExp(`(\`|/)${name}(\\.e2e-spec\\.ts)?\``));
    },
  );
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
