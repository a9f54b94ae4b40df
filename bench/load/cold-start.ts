import { medianOf } from '../statistics.js';
import type { Variant } from '../variants.js';
import type { World } from '../world.js';
import { startVariant } from './measure.js';

/** Milliseconds from the start of the process to its first answer with a row, one start after the other. */
export async function coldStart(variant: Variant, world: World, times: number): Promise<number> {
  const taken: number[] = [];
  for (let start = 0; start < times; start += 1) {
    const { server, startMilliseconds } = await startVariant(variant, world);
    await server.stop();
    taken.push(startMilliseconds);
  }
  return medianOf(taken);
}
