import { markdownTable } from '../markdown-table.js';
import { fullVariant } from '../variants.js';
import type { World } from '../world.js';
import { measure, startGenerator, startVariant } from './measure.js';

const PARTS = 10;
const MEGABYTE = 1_000_000;

/** So many requests on the application as it runs in production: memory that only grows shows here. */
export async function soak(world: World, requests: number): Promise<string> {
  const generator = await startGenerator(world);
  const { server } = await startVariant(fullVariant(world), world);
  const megabytes = async (): Promise<number> => Math.round((await server.usage()).residentBytes / MEGABYTE);
  const rows = [['0', await megabytes(), '']];
  try {
    for (let part = 1; part <= PARTS; part += 1) {
      // A token lives minutes, and this may take hours.
      await generator.ask(await world.targets());
      const order = { connections: 50, requests: Math.ceil(requests / PARTS) };
      const slice = await measure(generator, server, order);
      const done = Math.ceil((requests * part) / PARTS).toLocaleString('en');
      rows.push([done, await megabytes(), Math.round(slice.cpuMicrosecondsPerRequest)] as never);
    }
  } finally {
    await Promise.all([server.stop(), generator.stop()]);
  }
  return markdownTable(['requests', 'resident, MB', 'µs of CPU for each request'], rows);
}
