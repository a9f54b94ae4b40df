import path from 'node:path';
import { scriptsIn } from './npm-scripts.js';
import { CHECKPOINTS } from './practices.js';
import { idsIn, isCounterProof } from './proof-titles.js';

/*
 * The map of the checkpoints. docs/practices.json says what no program can know: threat, place of the
 * defence, and what to try. Which tests prove it is read from their titles.
 */

export interface Checkpoint {
  readonly id: string;
  readonly name: string;
  readonly threat: string;
  /** Files and folders. */
  readonly defence: readonly string[];
  /** One line for a shell, against `npm start` or by itself. */
  readonly tryIt: string;
}

/** A file with the full titles of its tests. */
export interface TestFile {
  readonly path: string;
  readonly titles: readonly string[];
}

/** One test by its place and its full title. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

export interface Proofs {
  readonly proofs: readonly Proof[];
  readonly counterProofs: readonly Proof[];
}

/** Where `npm start` listens when nothing else is said. */
const STARTED_API = 'http://localhost:3000/';

/**
 * The tests of a checkpoint, the one that tells a reader most first: a file of the practice itself
 * before others, and a title that is a sentence before one that a table fills in. A proof in the
 * file of the first counter-proof comes before all: the two show the same defence.
 */
export function proofsOf(id: string, files: readonly TestFile[]): Proofs {
  const mine = files
    .flatMap((file) => file.titles.map((title) => ({ file: file.path, title })))
    .filter(({ title }) => idsIn(title).includes(id))
    .toSorted((a, b) => distance(id, a) - distance(id, b));
  const counterProofs = mine.filter(({ title }) => isCounterProof(title));
  const isBeside = ({ file }: Proof): boolean => file === counterProofs[0]?.file;
  const proofs = mine.filter(({ title }) => !isCounterProof(title));
  return {
    proofs: proofs.toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a))),
    counterProofs,
  };
}

function distance(id: string, { file, title }: Proof): number {
  const [practice = '', number = ''] = id.toLowerCase().split('.');
  const own = practice === 'c' ? `c${number}-` : `p${practice.slice(1).padStart(2, '0')}-`;
  return (path.posix.basename(file).startsWith(own) ? 0 : 2) + (/%[a-z#]|\$\{|\$\w/.test(title) ? 1 : 0);
}

/** Everything that is wrong with the map, one sentence each. */
export function mapFindings(
  map: readonly Checkpoint[],
  files: readonly TestFile[],
  isThere: (path: string) => boolean,
  scripts: Readonly<Record<string, string>>,
): string[] {
  const ids = map.map(({ id }) => id);
  const expected = [...CHECKPOINTS];
  const isComplete = expected.every((id) => ids.includes(id));
  return [
    ...expected.filter((id) => !ids.includes(id)).map((id) => `${id} is missing`),
    ...ids.filter((id) => !CHECKPOINTS.has(id)).map((id) => `${id} is no checkpoint`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} appears twice`),
    ...(isComplete && ids.length === expected.length && ids.join() !== expected.join()
      ? ['the checkpoints are not in their order']
      : []),
    ...map.flatMap((checkpoint) => [
      ...wordFindings(checkpoint),
      ...defenceFindings(checkpoint, isThere),
      ...tryItFindings(checkpoint, scripts),
      ...(CHECKPOINTS.has(checkpoint.id) ? proofFindings(checkpoint.id, files) : []),
    ]),
  ];
}

function wordFindings({ id, name, threat }: Checkpoint): string[] {
  return [
    ...(name.trim() === '' ? [`${id} has no name`] : []),
    ...(/^[A-Z][^.]*\.$/.test(threat) ? [] : [`${id} does not tell its threat in one sentence`]),
  ];
}

function defenceFindings({ id, defence }: Checkpoint, isThere: (path: string) => boolean): string[] {
  return [
    ...(defence.length > 0 ? [] : [`${id} names no defence`]),
    ...defence.filter((place) => !isThere(place)).map((place) => `${id} names ${place}, which is not there`),
  ];
}

function tryItFindings({ id, tryIt }: Checkpoint, scripts: Readonly<Record<string, string>>): string[] {
  const called = scriptsIn(tryIt);
  const calls = [...tryIt.matchAll(/\bcurl\b[^;|]*/g)].map(([call]) => call);
  return [
    ...(called.length + calls.length > 0 ? [] : [`${id} says nothing to try`]),
    ...(tryIt.includes('\n') ? [`${id} tries more than one line`] : []),
    ...called
      .filter((script) => !Object.hasOwn(scripts, script))
      .map((script) => `${id} runs ${script}, which is no script`),
    ...calls.filter((call) => !call.includes(STARTED_API)).map(() => `${id} calls another server`),
    ...[...tryIt.matchAll(/--only (?<only>\S+)/g)]
      .map((match) => match.groups?.['only'])
      .filter((only) => only !== id)
      .map((only) => `${id} tries ${only}`),
  ];
}

function proofFindings(id: string, files: readonly TestFile[]): string[] {
  const { proofs, counterProofs } = proofsOf(id, files);
  return [
    ...(proofs.length > 0 ? [] : [`${id} has no proof`]),
    ...(counterProofs.length > 0 ? [] : [`${id} has no counter-proof`]),
  ];
}
