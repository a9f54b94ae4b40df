import { startVariant } from '../load/measure.js';
import type { BenchOptions } from '../options.js';
import { fullVariant } from '../variants.js';
import type { World } from '../world.js';
import { DEPTH, pagesOfList } from './pages.js';
import { addCustomers, customerAt } from './rows.js';
import { takeTurns } from './turns.js';

/** What two pages of a list of so many rows took, in milliseconds, round by round. */
export interface PageTimes {
  readonly rows: number;
  readonly first: readonly number[];
  readonly deep: readonly number[];
}

/**
 * Pages of the list on the application as it runs in production, one after the other, while the table grows.
 * Comes last: nothing else is measured in a table of that size.
 */
export async function listPages(
  world: World,
  { customers, listSizes, listRounds }: BenchOptions,
  say: (line: string) => void,
): Promise<PageTimes[]> {
  const measured: PageTimes[] = [];
  let present = customers;
  for (const size of listSizes) {
    if (size > present) {
      await addCustomers(size - present, world.adminUrl, world.environment);
      present = size;
    }
    measured.push({ rows: size, ...(await timesAt(size, world, listRounds)) });
    say(`list: ${size.toLocaleString('en')} rows`);
  }
  return measured;
}

async function timesAt(size: number, world: World, rounds: number): Promise<Omit<PageTimes, 'rows'>> {
  const deepest = await customerAt(Math.floor(size * DEPTH), world.adminUrl);
  const { server } = await startVariant(fullVariant(world), world);
  try {
    const { tokens } = await world.targets();
    const headers = { authorization: `Bearer ${tokens[0]}` };
    const pages = pagesOfList(deepest, world.environment, async (path) => {
      const response = await fetch(`${server.url}${path}`, { headers });
      const body = await response.text();
      if (!response.ok) {
        throw new Error(`a page was answered with ${response.status}: ${body}`);
      }
    });
    // As many again before: a process that has just started is slow at first.
    await takeTurns(pages, rounds);
    const [first = [], deep = []] = await takeTurns(pages, rounds);
    return { first, deep };
  } finally {
    await server.stop();
  }
}
