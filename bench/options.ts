import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** The file that gets the report. */
  readonly out: string;
  /** Of each server, one after the other. */
  readonly processes: number;
  /** In each process. */
  readonly rounds: number;
  readonly warmUpRequests: number;
  readonly customers: number;
  readonly coldStarts: number;
  /** Rows of the list whose pages are measured, the smallest first. */
  readonly listSizes: readonly number[];
  readonly listRounds: number;
  readonly isQuick: boolean;
  /** Requests of an endurance run, which is then all that is done. */
  readonly soakRequests: number | undefined;
}

/** @throws TypeError for an option that there is not */
export function readOptions(parameters: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      soak: { type: 'string' },
    },
  });
  const { quick: isQuick, out, soak } = values;
  if (soak !== undefined && !/^[1-9]\d{0,8}$/.test(soak)) {
    throw new TypeError('--soak takes a number of requests');
  }
  return {
    out: out ?? (isQuick ? '.bench/quick.md' : 'bench/results.md'),
    isQuick,
    ...(isQuick
      ? {
          processes: 1,
          rounds: 1,
          warmUpRequests: 200,
          customers: 1000,
          coldStarts: 1,
          listSizes: [2000, 10_000],
          listRounds: 10,
        }
      : {
          processes: 3,
          rounds: 3,
          // A large program is compiled for longer than a small one: fewer would count against it.
          warmUpRequests: 30_000,
          customers: 10_000,
          coldStarts: 5,
          listSizes: [10_000, 1_000_000],
          listRounds: 200,
        }),
    soakRequests: soak === undefined ? undefined : Number(soak),
  };
}
