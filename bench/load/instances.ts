import { markdownTable, rounded } from '../markdown-table.js';
import { medianOf } from '../statistics.js';
import type { Variant } from '../variants.js';
import type { World } from '../world.js';
import { measure, startGenerator, startVariant, type Slice } from './measure.js';

const CONNECTIONS = 50;
const SECONDS = 2;

/** What a second instance adds: one and both of them, in turn, under as many connections for each. */
export async function instances(
  variant: Variant,
  world: World,
  { rounds, warmUpRequests }: { readonly rounds: number; readonly warmUpRequests: number },
): Promise<string> {
  const pairs = [await startPair(variant, world), await startPair(variant, world)];
  try {
    for (const { generator, server } of pairs) {
      await measure(generator, server, { connections: CONNECTIONS, requests: warmUpRequests });
    }
    const measured = new Map<number, Slice[][]>([
      [1, []],
      [2, []],
    ]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [count, slices] of measured) {
        slices.push(await together(pairs.slice(0, count)));
      }
    }
    const one = perSecond(measured.get(1));
    return markdownTable(
      ['instances', 'requests/s', 'beside one', 'µs of CPU for each request'],
      [...measured].map(([count, slices]) => [
        count,
        Math.round(perSecond(slices)),
        rounded(perSecond(slices) / one),
        Math.round(medianOf(slices.flat().map(({ cpuMicrosecondsPerRequest: cpu }) => cpu))),
      ]),
    );
  } finally {
    await Promise.all(pairs.flatMap(({ generator, server }) => [generator.stop(), server.stop()]));
  }
}

async function startPair(variant: Variant, world: World) {
  const { server } = await startVariant(variant, world);
  return { server, generator: await startGenerator(world) };
}

function together(pairs: readonly Awaited<ReturnType<typeof startPair>>[]): Promise<Slice[]> {
  return Promise.all(
    pairs.map(({ generator, server }) =>
      measure(generator, server, { connections: CONNECTIONS, seconds: SECONDS }),
    ),
  );
}

function perSecond(slices: readonly Slice[][] = []): number {
  return medianOf(
    slices.map((slice) => slice.reduce((sum, { requests, seconds }) => sum + requests / seconds, 0)),
  );
}
