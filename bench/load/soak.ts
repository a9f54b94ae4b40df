import { markdownTable, type Row } from '../markdown-table.js';
import { fullVariant } from '../variants.js';
import type { World } from '../world.js';
import { measure, startGenerator, startVariant } from './measure.js';

const PARTS = 10;
/** A part must be over before its tokens are. */
const MAX_REQUESTS_OF_PART = 100_000;
const MEGABYTE = 1_000_000;

/** So many requests on the application as it runs in production: memory that only grows shows here. */
export async function soak(world: World, requests: number): Promise<string> {
  const generator = await startGenerator(world);
  const { server } = await startVariant(fullVariant(world), world);
  const megabytes = async (): Promise<number> => Math.round((await server.usage()).residentBytes / MEGABYTE);
  const rows: Row[] = [['0', await megabytes(), '']];
  try {
    const atOnce = Math.min(Math.ceil(requests / PARTS), MAX_REQUESTS_OF_PART);
    for (let done = atOnce; done < requests + atOnce; done += atOnce) {
      await generator.ask(await world.targets());
      const slice = await measure(generator, server, { connections: 50, requests: atOnce });
      rows.push([done.toLocaleString('en'), await megabytes(), Math.round(slice.cpuMicrosecondsPerRequest)]);
    }
  } finally {
    await Promise.all([server.stop(), generator.stop()]);
  }
  return markdownTable(['requests', 'resident, MB', 'µs of CPU for each request'], rows);
}
