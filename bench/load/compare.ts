import type { BenchChild } from '../child-process.js';
import type { BenchOptions } from '../options.js';
import { visits } from '../rounds.js';
import type { MeasuredServer } from '../servers/measured-server.js';
import type { Variant } from '../variants.js';
import type { World } from '../world.js';
import { measure, startVariant, type Slice } from './measure.js';

/** At one request in flight, and at as many as a busy service has. */
export const CONNECTIONS = [1, 50] as const;

/** The slices of one variant, round by round, for each number of connections. */
export type Measured = ReadonlyMap<number, Slice[]>;

interface Contender {
  readonly variant: Variant;
  readonly server: MeasuredServer;
}

interface Bench {
  readonly world: World;
  readonly generator: BenchChild;
  readonly options: BenchOptions;
}

/**
 * Each variant in some processes, one after the other: the same program is laid out differently in each, and one that
 * is lucky would say more of its luck than of the practice that it is without.
 */
export async function compare(
  variants: readonly Variant[],
  bench: Bench,
  say: (line: string) => void,
): Promise<Map<Variant, Measured>> {
  const results = new Map(
    variants.map((variant) => [variant, new Map<number, Slice[]>(CONNECTIONS.map((count) => [count, []]))]),
  );
  const { processes } = bench.options;
  for (let process = 1; process <= processes; process += 1) {
    await compareOnce(results, bench, (line) => say(`process ${process} of ${processes}, ${line}`));
  }
  return results;
}

/** All variants run at once, and are visited in turn: whatever else the machine does hits all of them alike. */
async function compareOnce(
  results: ReadonlyMap<Variant, ReadonlyMap<number, Slice[]>>,
  { world, generator, options }: Bench,
  say: (line: string) => void,
): Promise<void> {
  const contenders: Contender[] = [];
  try {
    for (const variant of results.keys()) {
      const { server } = await startVariant(variant, world);
      contenders.push({ variant, server });
      await measure(generator, server, { connections: 50, requests: options.warmUpRequests });
      say(`warm: ${variant.name}`);
    }
    for (const { round, item, isFirst } of visits(contenders, options.rounds)) {
      if (isFirst) {
        // Nobody's token may run out in a slice.
        await generator.ask(await world.targets());
      }
      // After a pause the first requests pay for cold caches, and for memory that was taken away.
      await measure(generator, item.server, { connections: 50, seconds: 1 });
      for (const [connections, slices] of results.get(item.variant) ?? []) {
        slices.push(await measure(generator, item.server, { connections, seconds: 1 }));
      }
      say(`round ${round + 1} of ${options.rounds}: ${item.variant.name}`);
    }
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()));
  }
}
