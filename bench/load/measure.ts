import { freePort } from '../../test/support/free-port.js';
import { BenchChild } from '../child-process.js';
import { MeasuredServer } from '../servers/measured-server.js';
import type { Usage } from '../servers/probe.js';
import type { Variant } from '../variants.js';
import type { World } from '../world.js';
import type { LoadOrder, LoadResult } from './load-order.js';

const ATTEMPTS = 3;
const GENERATOR = '.bench/bench/load/generator.js';

/** One slice of load on one server. */
export interface Slice extends LoadResult {
  readonly cpuMicrosecondsPerRequest: number;
  readonly residentBytes: number;
}

/** The generator, which knows what to ask for. */
export async function startGenerator(world: World): Promise<BenchChild> {
  const generator = new BenchChild({ script: GENERATOR });
  await generator.ask(await world.targets());
  return generator;
}

/** Ready once a caller gets a row from it. */
export async function startVariant(
  { script, environment, nodeOptions }: Variant,
  world: World,
): Promise<{ server: MeasuredServer; startMilliseconds: number }> {
  const { paths, tokens } = await world.targets();
  const headers = { authorization: `Bearer ${tokens[0]}` };
  const isUp = async (url: string): Promise<boolean> => (await fetch(`${url}${paths[0]}`, { headers })).ok;
  return MeasuredServer.start({ script, port: await freePort(), environment, nodeOptions }, isUp);
}

/** @throws when answers are missing each time: then something else would be measured */
export async function measure(
  generator: BenchChild,
  server: MeasuredServer,
  order: Omit<LoadOrder, 'url'>,
): Promise<Slice> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await server.usage();
    const result = await generator.ask<LoadResult>({ ...order, url: server.url });
    const after = await server.usage();
    if (result.failures === 0 && result.requests > 0) {
      return { ...result, ...usageOf(before, after, result.requests) };
    }
    // A machine that is shared stands still at times, and every time limit strikes at once.
    if (attempt === ATTEMPTS) {
      throw new Error(`${result.failures} failures beside ${result.requests} answers of ${server.url}`);
    }
  }
}

function usageOf(before: Usage, after: Usage, requests: number) {
  return {
    cpuMicrosecondsPerRequest: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    residentBytes: after.residentBytes,
  };
}
