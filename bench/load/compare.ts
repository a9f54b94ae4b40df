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
  readonly slices: Map<number, Slice[]>;
}

/** All variants run at once, and are visited in turn: whatever else the machine does hits all of them alike. */
export async function compare(
  variants: readonly Variant[],
  { world, generator, options }: { world: World; generator: BenchChild; options: BenchOptions },
  say: (line: string) => void,
): Promise<Map<Variant, Measured>> {
  const contenders: Contender[] = [];
  try {
    for (const variant of variants) {
      const { server } = await startVariant(variant, world);
      contenders.push({ variant, server, slices: new Map(CONNECTIONS.map((count) => [count, []])) });
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
      for (const connections of CONNECTIONS) {
        item.slices
          .get(connections)
          ?.push(await measure(generator, item.server, { connections, seconds: 1 }));
      }
      say(`round ${round + 1} of ${options.rounds}: ${item.variant.name}`);
    }
  } finally {
    await Promise.all(contenders.map(({ server }) => server.stop()));
  }
  return new Map(contenders.map(({ variant, slices }) => [variant, slices]));
}
