import path from 'node:path';
import {
  STATUSES,
  titlesMeant,
  type Asvs,
  type Chapter,
  type Proof,
  type Risk,
  type TitlesOf,
} from './asvs.js';

/* docs/ASVS.md, written from the data and from the titles of the tests that it cites. */

const NOTICE =
  '<!-- Written from docs/asvs.json and docs/owasp-api-top-10.json by `npm run docs:asvs`. Change those, not this file. -->';

const LABELS = { met: 'met', open: 'open', not_applicable: 'not applicable' } as const;

export function asvsPage(asvs: Asvs, risks: readonly Risk[], titlesOf: TitlesOf): string {
  const sections = [
    NOTICE,
    '# What OWASP asks, and which test shows it',
    `${asvs.standard}, and the OWASP API Security Top 10 of 2023. The words are ours; what is asked exactly stands in ` +
      '[the standard](https://owasp.org/www-project-application-security-verification-standard/).',
    '_Met_ means that the tests beside it show it. _Not applicable_ means that there is nothing here to which the ' +
      'requirement could apply, or that it is addressed to somebody else, such as the issuer. All the rest is _open_, ' +
      'also what is done and shown by no test.',
    '<!-- prettier-ignore-start -->',
    '## Counts',
    counts(asvs.chapters),
    '## OWASP API Security Top 10',
    table(
      ['Id', 'Risk', 'Defended in', 'Attacked by'],
      risks.map(({ id, words, defence, attacks }) => [
        id,
        escaped(words),
        defence.map((place) => `[${place}](../${place})`).join('<br>'),
        proofs(attacks, titlesOf),
      ]),
    ),
    ...asvs.chapters.flatMap((chapter) => chapterSection(chapter, titlesOf)),
    '<!-- prettier-ignore-end -->',
  ];
  return `${sections.join('\n\n')}\n`;
}

function counts(chapters: readonly Chapter[]): string {
  const rows = chapters
    .filter(({ requirements }) => requirements !== undefined)
    .map(({ id, name, requirements = [] }) => [`${id} ${name}`, ...countsOf(requirements)]);
  const total = countsOf(chapters.flatMap(({ requirements = [] }) => requirements));
  return table(['Chapter', ...STATUSES.map((status) => LABELS[status])], [...rows, ['All', ...total]]);
}

function countsOf(requirements: NonNullable<Chapter['requirements']>): string[] {
  return STATUSES.map((status) =>
    String(requirements.filter((requirement) => requirement.status === status).length),
  );
}

function chapterSection({ id, name, note, leftOut, requirements }: Chapter, titlesOf: TitlesOf): string[] {
  const heading = `## ${id} ${name}`;
  if (requirements === undefined) {
    return [heading, `Left out: ${escaped(leftOut ?? '')}`];
  }
  const rows = requirements.map(({ id: number, level, words, status, proof, reason }) => [
    number,
    String(level),
    escaped(words),
    LABELS[status],
    [...(proof ? [proofs(proof, titlesOf)] : []), ...(reason ? [escaped(reason)] : [])].join('<br>'),
  ]);
  return [
    heading,
    ...(note === undefined ? [] : [escaped(note)]),
    table(['Id', 'Level', 'Asks for', 'Status', 'Shown by, or why not'], rows),
  ];
}

/** Each test with its whole title, so that a reader need not open the file to see what it shows. */
function proofs(cited: readonly Proof[], titlesOf: TitlesOf): string {
  return cited
    .map((proof) => {
      const file = path.posix.basename(proof.test).replace(/(\.e2e-spec|\.spec)\.ts$/, '');
      const title = titlesMeant(proof, titlesOf).at(0) ?? proof.title;
      return `[${file}](../${proof.test}): ${escaped(title)}`;
    })
    .join('<br>');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function escaped(text: string): string {
  return text.replace(/[\\|*_<`]/g, String.raw`\$&`);
}
