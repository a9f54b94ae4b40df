/*
 * What the OWASP ASVS and the API Security Top 10 ask, and which test proves it. The data are
 * docs/asvs.json and docs/owasp-api-top-10.json; here they are held against the tests.
 */

export const STATUSES = ['met', 'open', 'not_applicable'] as const;

/** A test by its file and by words that only one title in it has. */
export interface Proof {
  readonly test: string;
  readonly title: string;
}

export interface Requirement {
  readonly id: string;
  readonly level: number;
  /** What is asked, in our words: the sentences of the standard are not copied. */
  readonly words: string;
  readonly status: (typeof STATUSES)[number];
  readonly proof?: readonly Proof[];
  readonly reason?: string;
}

/** A chapter has its requirements, or a reason why none of them concerns this API. */
export interface Chapter {
  readonly id: string;
  readonly name: string;
  readonly note?: string;
  readonly leftOut?: string;
  readonly requirements?: readonly Requirement[];
}

export interface Asvs {
  readonly standard: string;
  readonly chapters: readonly Chapter[];
}

export interface Risk {
  readonly id: string;
  readonly words: string;
  /** Folders and files of the defence. */
  readonly defence: readonly string[];
  readonly attacks: readonly Proof[];
}

/** The full titles of the tests in a file; undefined when there is no such file. */
export type TitlesOf = (file: string) => readonly string[] | undefined;

const MAX_WORDS = 15;

/** The titles that a proof can mean: it is one only when there is exactly one. */
export function titlesMeant({ test, title }: Proof, titlesOf: TitlesOf): string[] {
  const titles = titlesOf(test) ?? [];
  const exact = titles.filter((candidate) => candidate === title || candidate.endsWith(` > ${title}`));
  return exact.length > 0 ? exact : titles.filter((candidate) => candidate.includes(title));
}

/** Ids and levels, one `V1.2.3 1` a line. */
export function levelsIn(list: string): Map<string, number> {
  return new Map(
    list
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([id = '', level]) => [id, Number(level)]),
  );
}

/** Everything that is wrong with the data, one sentence each. */
export function asvsFindings(
  { chapters }: Asvs,
  levels: ReadonlyMap<string, number>,
  titlesOf: TitlesOf,
): string[] {
  const all = chapters.flatMap(({ requirements = [] }) => requirements);
  return [
    ...twice(all.map(({ id }) => id)),
    ...chapters.flatMap((chapter) => chapterFindings(chapter, levels)),
    ...[...levels.keys()]
      .filter((id) => !chapters.some((chapter) => id.startsWith(`${chapter.id}.`)))
      .map((id) => `${id} is in no chapter`),
    ...all.flatMap((requirement) => [
      ...wordFindings(requirement),
      ...statusFindings(requirement),
      ...(requirement.proof ?? []).flatMap((proof) => proofFindings(requirement.id, proof, titlesOf)),
    ]),
  ];
}

export function riskFindings(
  risks: readonly Risk[],
  titlesOf: TitlesOf,
  isThere: (path: string) => boolean,
): string[] {
  const expected = Array.from({ length: 10 }, (_, index) => `API${index + 1}:2023`);
  return [
    ...twice(risks.map(({ id }) => id)),
    ...expected.filter((id) => !risks.some((risk) => risk.id === id)).map((id) => `${id} is missing`),
    ...risks.flatMap(({ id, defence, attacks }) => [
      ...(defence.length > 0 ? [] : [`${id} names no defence`]),
      ...defence.filter((path) => !isThere(path)).map((path) => `${id} names ${path}, which is not there`),
      ...(attacks.length > 0 ? [] : [`${id} has no attack`]),
      ...attacks.flatMap((attack) => proofFindings(id, attack, titlesOf)),
    ]),
  ];
}

function chapterFindings(chapter: Chapter, levels: ReadonlyMap<string, number>): string[] {
  const { id: chapterId, leftOut, requirements = [] } = chapter;
  if (leftOut !== undefined) {
    return requirements.length > 0 ? [`${chapterId} is left out and has requirements`] : [];
  }
  const missing = [...levels.keys()]
    .filter((id) => id.startsWith(`${chapterId}.`))
    .filter((id) => !requirements.some((requirement) => requirement.id === id));
  return [
    ...missing.map((id) => `${id} is missing`),
    ...requirements
      .filter(({ id, level }) => !id.startsWith(`${chapterId}.`) || levels.get(id) !== level)
      .map(({ id, level }) => `${id} is no requirement of ${chapterId} at level ${level}`),
  ];
}

function wordFindings({ id, words }: Requirement): string[] {
  const count = words.split(/\s+/).length;
  return count > MAX_WORDS || words === '' ? [`${id} is told in ${count} words`] : [];
}

function statusFindings({ id, status, proof = [], reason = '' }: Requirement): string[] {
  if (!STATUSES.includes(status)) {
    return [`${id} is ${status}, which is no status`];
  }
  if (status === 'met') {
    return proof.length > 0 ? [] : [`${id} is met and has no proof`];
  }
  return [
    ...(reason === '' ? [`${id} is ${status} and has no reason`] : []),
    ...(proof.length > 0 ? [`${id} is ${status} and has a proof`] : []),
  ];
}

function proofFindings(id: string, proof: Proof, titlesOf: TitlesOf): string[] {
  if (titlesOf(proof.test) === undefined) {
    return [`${id} cites ${proof.test}, which is not there`];
  }
  const count = titlesMeant(proof, titlesOf).length;
  return count === 1 ? [] : [`${id} cites "${proof.title}", which ${count} titles of ${proof.test} have`];
}

function twice(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map(
    (id) => `${id} appears twice`,
  );
}
