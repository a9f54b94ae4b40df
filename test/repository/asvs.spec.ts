import { describe, expect, it } from 'vitest';
import { asvsFindings, levelsIn, riskFindings, type Asvs, type Requirement, type Risk } from './asvs.js';
import { asvsPage } from './asvs-page.js';
import { exists, read, readJson } from './repository.js';
import { parse } from './source-tree.js';
import { testTitles } from './test-titles.js';

/* `npm run docs:asvs` writes the page again; here it is only compared. */

const ASVS = readJson('docs/asvs.json') as Asvs;
const RISKS = readJson('docs/owasp-api-top-10.json') as Risk[];
const LEVELS = levelsIn(read('test/repository/asvs-ids.txt'));

const known = new Map<string, string[] | undefined>();

function titlesOf(file: string): string[] | undefined {
  if (!known.has(file)) {
    known.set(
      file,
      /\.(e2e-)?spec\.ts$/.test(file) && exists(file) ? testTitles(parse(file, read(file))) : undefined,
    );
  }
  return known.get(file);
}

describe('the requirements of the ASVS', () => {
  it('are all there, and each has a test that exists or a reason', () => {
    expect(asvsFindings(ASVS, LEVELS, titlesOf)).toEqual([]);
  });

  it('are two hundred and fifty-three at the levels 1 and 2', () => {
    expect([LEVELS.size, ...new Set(LEVELS.values())]).toEqual([253, 2, 1]);
  });
});

describe('the ten risks of APIs', () => {
  it('have a place that defends and a test that attacks', () => {
    expect(riskFindings(RISKS, titlesOf, exists)).toEqual([]);
  });
});

describe('docs/ASVS.md', () => {
  it('is what the data and the titles of the tests say', async () => {
    const text = asvsPage(ASVS, RISKS, titlesOf);

    await expect(text, 'docs/ASVS.md is stale: run npm run docs:asvs').toMatchFileSnapshot(
      '../../docs/ASVS.md',
    );
  });
});

describe('the checker of the requirements', () => {
  const FILE = 'test/practices/p01-a.e2e-spec.ts';
  const titles = (file: string): string[] | undefined =>
    file === FILE ? ['tokens > [P1.1] end', 'tokens > [P1.1] end early', 'tokens > [P1.4] fit'] : undefined;
  const levels = levelsIn('V1.1.1 1\nV1.1.2 2\nV2.1.1 1\n');
  const met: Requirement = {
    id: 'V1.1.1',
    level: 1,
    words: 'tokens that end',
    status: 'met',
    proof: [{ test: FILE, title: '[P1.1] end' }],
  };
  const open: Requirement = { id: 'V1.1.2', level: 2, words: 'more', status: 'open', reason: 'no test' };
  const findings = (...requirements: Requirement[]): string[] =>
    asvsFindings(
      {
        standard: 'A',
        chapters: [
          { id: 'V1', name: 'One', requirements },
          { id: 'V2', name: 'Two', leftOut: 'no such thing here' },
        ],
      },
      levels,
      titles,
    );

  it('finds nothing where nothing is wrong', () => {
    expect(findings(met, open)).toEqual([]);
  });

  it.each<[string, Requirement[], string]>([
    ['a duplicate', [met, met, open], 'V1.1.1 appears twice'],
    ['a missing requirement', [met], 'V1.1.2 is missing'],
    ['a wrong level', [{ ...met, level: 2 }, open], 'V1.1.1 is no requirement of V1 at level 2'],
    ['a met one without a proof', [{ ...met, proof: [] }, open], 'V1.1.1 is met and has no proof'],
    ['an open one without a reason', [met, { ...open, reason: '' }], 'V1.1.2 is open and has no reason'],
    ['too many words', [met, { ...open, words: 'a '.repeat(15) + 'a' }], 'V1.1.2 is told in 16 words'],
    [
      'a test file that is gone',
      [{ ...met, proof: [{ test: 'test/gone.spec.ts', title: 'a' }] }, open],
      'V1.1.1 cites test/gone.spec.ts, which is not there',
    ],
    [
      'a title that is gone',
      [{ ...met, proof: [{ test: FILE, title: '[P1.1] begin' }] }, open],
      `V1.1.1 cites "[P1.1] begin", which 0 titles of ${FILE} have`,
    ],
    [
      'a title that could be another one',
      [{ ...met, proof: [{ test: FILE, title: '[P1.1]' }] }, open],
      `V1.1.1 cites "[P1.1]", which 2 titles of ${FILE} have`,
    ],
  ])('finds %s', (_what, requirements, finding) => {
    expect(findings(...requirements)).toEqual([finding]);
  });

  it('finds a chapter that nobody has decided about', () => {
    const data: Asvs = { standard: 'A', chapters: [{ id: 'V1', name: 'One', requirements: [met, open] }] };

    expect(asvsFindings(data, levels, titles)).toEqual(['V2.1.1 is in no chapter']);
  });

  it('finds a risk that is missing, defended nowhere or attacked by nothing', () => {
    const risks = Array.from({ length: 9 }, (_, index) => ({
      id: `API${index + 1}:2023`,
      words: 'a',
      defence: ['src/a'],
      attacks: [{ test: FILE, title: '[P1.4]' }],
    }));

    expect(riskFindings(risks, titles, () => true)).toEqual(['API10:2023 is missing']);
    expect(riskFindings(risks, titles, () => false)).toContain('API1:2023 names src/a, which is not there');
    expect(riskFindings([{ ...risks[0]!, attacks: [] }], titles, () => true)).toContain(
      'API1:2023 has no attack',
    );
  });
});
