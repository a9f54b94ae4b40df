import { performance } from 'node:perf_hooks';

export interface Measurement {
  readonly what: string;
  readonly work: () => Promise<unknown>;
}

/**
 * Milliseconds of each, round by round. Interleaved: each round does everything once, so that a slow moment
 * hits all alike.
 */
export async function takeTurns(list: readonly Measurement[], rounds: number): Promise<number[][]> {
  const times = list.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { work }] of list.entries()) {
      const start = performance.now();
      await work();
      times[index]?.push(performance.now() - start);
    }
  }
  return times;
}
