import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { format } from 'prettier';
import { listPages } from './lists/list-pages.js';
import { coldStart } from './load/cold-start.js';
import { compare } from './load/compare.js';
import { instances } from './load/instances.js';
import { startGenerator } from './load/measure.js';
import { soak } from './load/soak.js';
import { markdownTable, rounded } from './markdown-table.js';
import { readOptions, type BenchOptions } from './options.js';
import { circumstances, comparison, costs, lists, others } from './report.js';
import {
  floorVariant,
  FULL_NAME,
  fullVariant,
  partialVariants,
  redisVariant,
  wholeVariants,
} from './variants.js';
import { buildWorld, type World } from './world.js';

/*
 * npm run bench: what the protections cost, over HTTP, beside the least that anybody pays. Runs on the build,
 * and on its own sources compiled beside it: the removals of the tests are no part of what is shipped.
 */

/** Benchmarks of parts, in one process each; they write tables of their own. */
const PARTS = [
  { name: 'rate-limit', title: 'One rate-limit decision' },
  { name: 'api-keys', title: 'Who is calling?' },
] as const;

const options = readOptions(process.argv.slice(2));
const begin = performance.now();
// What the compiler does not copy.
await cp('src/api-docs/pages/assets', '.bench/src/api-docs/pages/assets', { recursive: true });
const world = await buildWorld(options.customers);
try {
  const { soakRequests } = options;
  if (soakRequests === undefined) {
    await writeReport(world);
  } else {
    process.stdout.write(`${await soak(world, soakRequests)}\n`);
  }
} finally {
  await world.stop();
}

async function writeReport(inWorld: World): Promise<void> {
  const starts = await coldStarts(inWorld, options);
  const generator = await startGenerator(inWorld);
  // By themselves first: each further process takes some of the caches that all of them share.
  const whole = await compare(wholeVariants(inWorld), { world: inWorld, generator, options }, say);
  const partial = await compare(partialVariants(inWorld), { world: inWorld, generator, options }, say);
  await generator.stop();
  const [shared = fullVariant(inWorld)] = redisVariant(inWorld);
  const scaled = await instances(shared, inWorld, { ...options, rounds: options.processes * options.rounds });
  const pages = await listPages(inWorld, options, say);
  const parts = await tablesOfParts();
  const seconds = (performance.now() - begin) / 1000;
  const report = [
    '# Results',
    `Written by \`npm run bench\`; [README.md](./README.md) says how to read it.`,
    circumstances(new Date(), options, seconds),
    '## One request',
    comparison(whole),
    `Beside \`${FULL_NAME}\`:`,
    others(whole),
    '## What each practice adds',
    costs(partial),
    '## Start to the first answer',
    starts,
    '## One instance and two',
    scaled,
    '## A page of the list',
    lists(pages),
    'However many rows there are, first ÷ deep is to be at least 0.5.',
    ...parts,
  ].join('\n\n');
  const text = await format(report, { parser: 'markdown' });
  await writeFile(options.out, text);
  process.stdout.write(`${text}\nWritten to ${options.out}.\n`);
}

async function coldStarts(inWorld: World, { coldStarts: times }: BenchOptions): Promise<string> {
  const rows: [string, string][] = [];
  for (const variant of [floorVariant(inWorld), fullVariant(inWorld)]) {
    rows.push([variant.name, rounded((await coldStart(variant, inWorld, times)) / 1000)]);
  }
  return markdownTable(['built, database running', 'seconds'], rows);
}

async function tablesOfParts(): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-tables-'));
  const files = PARTS.map(({ name }) => `bench/${name}.bench.ts`);
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'bench/vitest.config.ts', ...files],
    { env: { ...process.env, BENCH_TABLES: folder }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) {
    throw new Error('a benchmark of a part failed');
  }
  const tables = await Promise.all(
    PARTS.map(
      async ({ name, title }) => `## ${title}\n\n${await readFile(path.join(folder, `${name}.md`), 'utf8')}`,
    ),
  );
  await rm(folder, { recursive: true });
  return tables;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
