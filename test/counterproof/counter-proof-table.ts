import { CHECKPOINTS } from '../repository/practices.ts';
import { COUNTER_PROOF, idsIn, isCounterProof } from '../repository/proof-titles.ts';

/* From what Vitest writes as JSON to the table of counter-proofs, pure. */

/** As much of the report of Vitest's JSON reporter as is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    /** The file, absolute. */
    readonly name: string;
    /** Why the file could not be run; empty when it could. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** What a file says that Vitest has written; a file of something else proves nothing. */
export function parseReport(text: string): VitestReport {
  const report = JSON.parse(text) as Partial<VitestReport> | null;
  if (!Array.isArray(report?.testResults)) {
    throw new TypeError('it has no results of tests');
  }
  return report as VitestReport;
}

/** `not run`: skipped on this machine, or a set-up failed before it. That is never the same as landed. */
export type Outcome = 'landed' | 'NOT landed' | 'not run';

export interface CounterProof {
  readonly checkpoint: string;
  readonly title: string;
  readonly file: string;
  readonly outcome: Outcome;
}

export interface CounterProofTable {
  readonly counterProofs: readonly CounterProof[];
  /** Checkpoints without any counter-proof that landed. */
  readonly unproven: readonly string[];
  /** Files that could not be run, with the reason. */
  readonly brokenFiles: readonly string[];
}

/** The checkpoints that are meant: all, or the one of `--only`, or those that begin so, as `P4` does. */
export function checkpointsMeant(only: string | undefined): string[] {
  return [...CHECKPOINTS].filter((id) => only === undefined || id === only || id.startsWith(`${only}.`));
}

/** What `vitest -t` looks for: the words may stand before the id, in the title of a group. */
export function titlePattern(only: string | undefined): string {
  const counterProof = `(?=.*${COUNTER_PROOF})`;
  const ids = checkpointsMeant(only).map((id) => id.replaceAll('.', String.raw`\.`));
  return only === undefined ? counterProof : String.raw`^${counterProof}(?=.*\[(?:${ids.join('|')})\])`;
}

/** Files whose text can hold such a test, so that the others need not even be loaded. */
export function filesMeant(
  files: readonly { readonly path: string; readonly text: string }[],
  checkpoints: readonly string[],
): string[] {
  return files
    .filter(({ text }) => isCounterProof(text) && idsIn(text).some((id) => checkpoints.includes(id)))
    .map((file) => file.path);
}

/** A counter-proof is a test of the defence's absence: it passes when the attack has succeeded. */
export function counterProofTable(
  report: VitestReport,
  folder: string,
  checkpoints: readonly string[],
): CounterProofTable {
  const counterProofs = report.testResults
    .flatMap(({ name, assertionResults }) =>
      assertionResults.flatMap(({ ancestorTitles, title, status }) => {
        const whole = [...ancestorTitles, title].join(' > ');
        const ids = isCounterProof(whole) ? new Set(idsIn(whole)) : new Set<string>();
        return [...ids].map((checkpoint) => ({
          checkpoint,
          title: whole,
          file: relative(name, folder),
          outcome: outcomeOf(status),
        }));
      }),
    )
    .filter(({ checkpoint }) => checkpoints.includes(checkpoint))
    .toSorted((a, b) => checkpoints.indexOf(a.checkpoint) - checkpoints.indexOf(b.checkpoint));
  const landed = new Set(
    counterProofs.filter(({ outcome }) => outcome === 'landed').map(({ checkpoint }) => checkpoint),
  );
  return {
    counterProofs,
    unproven: checkpoints.filter((id) => !landed.has(id)),
    brokenFiles: report.testResults
      .filter(({ message, assertionResults }) => message !== '' && assertionResults.length === 0)
      .map(({ name, message }) => `${relative(name, folder)}: ${message.split('\n')[0]}`),
  };
}

export function tableText({ counterProofs, unproven, brokenFiles }: CounterProofTable): string {
  const lines = counterProofs.map(
    ({ checkpoint, outcome, file, title }) =>
      `${checkpoint.padEnd(5)}  ${outcome.padEnd(10)}  ${file.padEnd(widthOf(counterProofs))}  ${title}`,
  );
  const landed = counterProofs.filter(({ outcome }) => outcome === 'landed').length;
  return [
    ...lines,
    '',
    `${landed} of ${counterProofs.length} attacks landed once their defence was out.`,
    ...brokenFiles.map((file) => `Could not be run: ${file}`),
    ...(unproven.length > 0 ? [`No counter-proof landed for: ${unproven.join(', ')}`] : []),
    '',
  ].join('\n');
}

function widthOf(counterProofs: readonly CounterProof[]): number {
  return Math.max(0, ...counterProofs.map(({ file }) => file.length));
}

function outcomeOf(status: string): Outcome {
  if (status === 'passed') {
    return 'landed';
  }
  return status === 'failed' ? 'NOT landed' : 'not run';
}

function relative(file: string, folder: string): string {
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
}
