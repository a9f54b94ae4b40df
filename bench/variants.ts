import { readFile } from 'node:fs/promises';
import type { PracticeRemoval } from './servers/practice-removals.js';
import type { World } from './world.js';

const FLOOR_SCRIPT = '.bench/bench/servers/floor.js';
const CONVENTIONAL_SCRIPT = '.bench/bench/servers/conventional.js';
const EXPRESS_SCRIPT = '.bench/bench/servers/express-typeorm.js';
const FULL_SCRIPT = 'dist/main.js';
/** As it is started in production. */
const FULL_NODE_OPTIONS = await productionNodeOptions();
const REMOVED_SCRIPT = '.bench/bench/servers/removed.js';

/** One server that is measured. */
export interface Variant {
  readonly name: string;
  readonly script: string;
  readonly environment: Record<string, string>;
  readonly nodeOptions: readonly string[];
  /** Absent where nothing is compared with the control. */
  readonly without?: PracticeRemoval;
}

const REMOVALS: readonly PracticeRemoval[] = [
  'authentication',
  'rate limiting',
  'validation',
  'security headers',
  'versioning',
  'API keys',
  'CORS and CSRF',
  'monitoring',
  'row-level security',
  'field encryption',
  'all of them',
];

/** The floor; its rows are open to it, since its role is one for which no policy holds. */
export function floorVariant({ adminUrl }: World): Variant {
  return {
    name: 'floor: Fastify and pg',
    script: FLOOR_SCRIPT,
    environment: { DATABASE_URL: adminUrl },
    nodeOptions: [],
  };
}

/** The same libraries, and then those that Nest's documentation begins with, put together as documented. */
function usualVariants({ adminUrl, environment }: World): Variant[] {
  const usual = {
    environment: { ...environment, DATABASE_URL: adminUrl, NODE_ENV: 'production' },
    nodeOptions: [],
  };
  return [
    { ...usual, name: 'the same libraries, as usual', script: CONVENTIONAL_SCRIPT },
    { ...usual, name: 'the usual peer: Express and TypeORM', script: EXPRESS_SCRIPT },
  ];
}

/** What runs in production. */
export function fullVariant({ environment }: World): Variant {
  return { name: 'this application', script: FULL_SCRIPT, environment, nodeOptions: FULL_NODE_OPTIONS };
}

export function redisVariant({ environment, redisUrl }: World): Variant[] {
  return redisUrl === null
    ? []
    : [
        {
          name: 'this application, buckets in Redis',
          script: FULL_SCRIPT,
          environment: { ...environment, REDIS_URL: redisUrl },
          nodeOptions: FULL_NODE_OPTIONS,
        },
      ];
}

/** The application out of the support code of the tests: whole, and with one practice after the other left out. */
function removedVariant(world: World, without: PracticeRemoval): Variant {
  return {
    name: without === 'nothing' ? 'control: nothing left out' : `without ${without}`,
    script: REMOVED_SCRIPT,
    environment: { ...world.environment, BENCH_WITHOUT: without, BENCH_ADMIN_URL: world.adminUrl },
    nodeOptions: FULL_NODE_OPTIONS,
    without,
  };
}

/** What is measured beside the floor. */
export function wholeVariants(world: World): Variant[] {
  return [floorVariant(world), ...usualVariants(world), fullVariant(world), ...redisVariant(world)];
}

/** What is measured beside the control: the same without leaving anything out. */
export function partialVariants(world: World): Variant[] {
  return [removedVariant(world, 'nothing'), ...REMOVALS.map((removal) => removedVariant(world, removal))];
}

async function productionNodeOptions(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: { 'start:prod': string };
  };
  return scripts['start:prod'].split(' ').filter((word) => word.startsWith('--'));
}
