import { describe, expect, it } from 'vitest';
import { mapFindings, proofsOf, type Checkpoint, type TestFile } from './practices-map.js';
import { practicesPage } from './practices-page.js';
import { CHECKPOINTS } from './practices.js';
import { exists, read, readJson } from './repository.js';
import { sourceTree } from './source-tree.js';
import { testTitles } from './test-titles.js';

/* `npm run docs:practices` writes the page again; here it is only compared. */

const MAP = readJson('docs/practices.json') as Checkpoint[];
const { scripts: SCRIPTS } = readJson('package.json') as { scripts: Record<string, string> };
const FILES: TestFile[] = ['practices', 'dev', 'customers', 'platform', 'repository'].flatMap((folder) =>
  sourceTree(`test/${folder}`).map((file) => ({ path: file.path, titles: testTitles(file) })),
);

describe('the map of the checkpoints', () => {
  it('gives each a threat, a defence, a proof, a counter-proof and something to try', () => {
    expect(mapFindings(MAP, FILES, exists, SCRIPTS)).toEqual([]);
  });

  it('is linked from the README', () => {
    expect(read('README.md')).toContain('](docs/PRACTICES.md)');
  });
});

describe('docs/PRACTICES.md', () => {
  it('is what the map and the titles of the tests say', async () => {
    const text = practicesPage(MAP, FILES);

    await expect(text, 'docs/PRACTICES.md is stale: run npm run docs:practices').toMatchFileSnapshot(
      '../../docs/PRACTICES.md',
    );
  });
});

const entry = (id: string, changes: Partial<Checkpoint> = {}): Checkpoint => ({
  id,
  name: 'A',
  threat: 'Somebody does it.',
  defence: ['src/a.ts'],
  tryIt: 'curl -i http://localhost:3000/a',
  ...changes,
});
const titlesFor = (id: string): string[] => [`[${id}] ends`, `[${id}] counter-proof: lasts`];
const WHOLE = [...CHECKPOINTS].map((id) => entry(id));
const TESTS: TestFile[] = [{ path: 'test/practices/a.spec.ts', titles: [...CHECKPOINTS].flatMap(titlesFor) }];

describe('the checker of the map', () => {
  const findings = (map: readonly Checkpoint[], files: readonly TestFile[] = TESTS): string[] =>
    mapFindings(map, files, (place) => place === 'src/a.ts', { attack: '', start: '', build: '' });
  const changed = (changes: Partial<Checkpoint>): Checkpoint[] => WHOLE.with(3, entry('P1.4', changes));

  it('finds nothing where nothing is wrong', () => {
    expect(findings(WHOLE)).toEqual([]);
    expect(
      findings(changed({ tryIt: 'npm run build && A=1 npm run --silent attack -- --only P1.4' })),
    ).toEqual([]);
  });

  it.each<[string, Checkpoint[], string]>([
    ['a missing checkpoint', WHOLE.toSpliced(3, 1), 'P1.4 is missing'],
    ['a checkpoint that does not exist', [...WHOLE, entry('C.4')], 'C.4 is no checkpoint'],
    ['a duplicate', [...WHOLE, entry('C.3')], 'C.3 appears twice'],
    ['another order', WHOLE.toReversed(), 'the checkpoints are not in their order'],
    ['no name', changed({ name: '' }), 'P1.4 has no name'],
    ['no threat', changed({ threat: '' }), 'P1.4 does not tell its threat in one sentence'],
    ['two sentences', changed({ threat: 'One. Two.' }), 'P1.4 does not tell its threat in one sentence'],
    ['no defence', changed({ defence: [] }), 'P1.4 names no defence'],
    ['a defence that is gone', changed({ defence: ['src/b.ts'] }), 'P1.4 names src/b.ts, which is not there'],
    ['nothing to try', changed({ tryIt: '' }), 'P1.4 says nothing to try'],
    ['words instead of a command', changed({ tryIt: 'look at it' }), 'P1.4 says nothing to try'],
    ['a script that is gone', changed({ tryIt: 'npm run gone' }), 'P1.4 runs gone, which is no script'],
    [
      'a script that is gone inside a call',
      changed({ tryIt: 'curl -u "$(npm run --silent gone -- a)" http://localhost:3000/a' }),
      'P1.4 runs gone, which is no script',
    ],
    ['another server', changed({ tryIt: 'curl http://a.test/' }), 'P1.4 calls another server'],
    ['two lines', changed({ tryIt: 'npm start\nnpm start' }), 'P1.4 tries more than one line'],
    ['another checkpoint', changed({ tryIt: 'npm run attack -- --only P1.1' }), 'P1.4 tries P1.1'],
  ])('finds %s', (_what, map, finding) => {
    expect(findings(map)).toEqual([finding]);
  });

  it.each([
    ['proof', '[P1.4] counter-proof: lasts', 'P1.4 has no proof'],
    ['counter-proof', '[P1.4] ends', 'P1.4 has no counter-proof'],
  ])('finds a checkpoint without %s', (_what, left, finding) => {
    const others = [...CHECKPOINTS].filter((id) => id !== 'P1.4').flatMap(titlesFor);

    expect(findings(WHOLE, [{ path: 'a', titles: [...others, left] }])).toEqual([finding]);
  });
});

describe('the test that is shown first', () => {
  it('is one of the practice itself, and a whole sentence', () => {
    const files = [
      { path: 'test/practices/p01-a.e2e-spec.ts', titles: ['[P10.1] d %s', '[P10.1] c'] },
      { path: 'test/practices/p10-a.e2e-spec.ts', titles: ['[P10.1] b ${id}', '[P10.1] a'] },
    ];

    expect(proofsOf('P10.1', files).proofs.map(({ title }) => title)).toEqual([
      '[P10.1] a',
      '[P10.1] b ${id}',
      '[P10.1] c',
      '[P10.1] d %s',
    ]);
  });

  it('stands beside the first counter-proof', () => {
    const files = [
      { path: 'test/practices/p01-a.e2e-spec.ts', titles: ['[P1.1] a'] },
      { path: 'test/practices/p01-b.e2e-spec.ts', titles: ['[P1.1] counter-proof: b', '[P1.1] b %s'] },
    ];

    expect(proofsOf('P1.1', files).proofs.map(({ title }) => title)).toEqual(['[P1.1] b %s', '[P1.1] a']);
  });

  it('is told apart from a counter-proof, also when the group says so', () => {
    const files = [{ path: 'a', titles: ['[C.1] a', 'counter-proofs > [C.1] b', '[C.2] c'] }];

    expect(proofsOf('C.1', files)).toEqual({
      proofs: [{ file: 'a', title: '[C.1] a' }],
      counterProofs: [{ file: 'a', title: 'counter-proofs > [C.1] b' }],
    });
  });
});

describe('the page of the checkpoints', () => {
  it('shows the first test of each kind, and how many more there are', () => {
    const files = [
      { path: 'test/dev/a.e2e-spec.ts', titles: ['[C.1] a', '[C.1] b', '[C.1] c', '[C.1] counter-proof: d'] },
    ];
    const page = practicesPage([entry('C.1', { threat: 'Some <b>.' })], files);

    expect(page).toContain('## C Continuous practice\n\n### C.1 A\n');
    expect(page).toContain(
      String.raw`- **Proof:** [a](../test/dev/a.e2e-spec.ts): \[C.1\] a _(and 2 more)_` +
        '\n' +
        String.raw`- **Counter-proof:** [a](../test/dev/a.e2e-spec.ts): \[C.1\] counter-proof: d` +
        '\n',
    );
    expect(page).toContain(String.raw`Some \<b>.`);
    expect(page).toContain('```sh\ncurl -i http://localhost:3000/a\n```');
  });
});
