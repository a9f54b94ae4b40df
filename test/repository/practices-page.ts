import path from 'node:path';
import { PRACTICES } from './practices.js';
import { proofsOf, type Checkpoint, type Proof, type TestFile } from './practices-map.js';

/* docs/PRACTICES.md, written from the map and from the titles of the tests. */

const NOTICE =
  '<!-- Written from docs/practices.json and the titles of the tests by `npm run docs:practices`. Change those, not this file. -->';

const INTRODUCTION = `For each checkpoint: who wants what, where that is refused, which test shows it, and which test takes the defence
out and sees the attack land. What stands under _Try it_ is pasted into a shell in this folder. A line with \`curl\` needs \`npm start\` in
another terminal; all others need nothing, but C.3 the registry that npm asks. Strangers have sixty requests an hour.

\`npm run test:counterproof\` takes every defence out, one after the other, and prints which attacks landed. It fails when a
checkpoint has none that did. \`-- --only P1.4\` does it for one checkpoint, \`-- --json FILE\` writes the table down. When \`npm test\` has
just run with \`TEST_REPORT=FILE\`, \`-- --report FILE\` prints the table from that, and runs nothing again.`;

export function practicesPage(map: readonly Checkpoint[], files: readonly TestFile[]): string {
  const groups = [...new Set(map.map(({ id }) => practiceOf(id)))];
  const sections = [
    NOTICE,
    '# The checkpoints, each with its proof',
    INTRODUCTION,
    '<!-- prettier-ignore-start -->',
    ...groups.flatMap((practice) => [
      headingOf(practice),
      ...map.filter(({ id }) => practiceOf(id) === practice).map((checkpoint) => section(checkpoint, files)),
    ]),
    '<!-- prettier-ignore-end -->',
  ];
  return `${sections.join('\n\n')}\n`;
}

function practiceOf(id: string): string {
  return id.split('.')[0] ?? '';
}

function headingOf(practice: string): string {
  const folder = PRACTICES[Number(practice.slice(1)) - 1];
  return folder === undefined
    ? `## ${practice} Continuous practice`
    : `## ${practice} [src/${folder}](../src/${folder}/README.md)`;
}

function section({ id, name, threat, defence, tryIt }: Checkpoint, files: readonly TestFile[]): string {
  const { proofs, counterProofs } = proofsOf(id, files);
  return [
    `### ${id} ${name}`,
    '',
    `- **Threat:** ${escaped(threat)}`,
    `- **Defence:** ${defence.map((place) => `[${place}](../${place})`).join(', ')}`,
    `- **Proof:** ${firstOf(proofs)}`,
    `- **Counter-proof:** ${firstOf(counterProofs)}`,
    '- **Try it:**',
    '',
    '```sh',
    tryIt,
    '```',
  ].join('\n');
}

function firstOf(proofs: readonly Proof[]): string {
  const [first] = proofs;
  if (first === undefined) {
    return 'none';
  }
  const file = path.posix.basename(first.file).replace(/(\.e2e-spec|\.spec)\.ts$/, '');
  const more = proofs.length > 1 ? ` _(and ${proofs.length - 1} more)_` : '';
  return `[${file}](../${first.file}): ${escaped(first.title)}${more}`;
}

function escaped(text: string): string {
  return text.replace(/[\\|*_<`[\]]/g, String.raw`\$&`);
}
