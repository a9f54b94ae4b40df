import { readFile } from 'node:fs/promises';
import type { PracticeRemoval } from './servers/practice-removals.js';
import type { World } from './world.js';

const FLOOR_SCRIPT = '.bench/bench/servers/floor.js';
const CONVENTIONAL_SCRIPT = '.bench/bench/servers/conventional.js';
const EXPRESS_SCRIPT = '.bench/bench/servers/express-typeorm.js';
export const FULL_NAME = 'this application';
const FULL_SCRIPT = 'dist/main.js';
/** As the image starts it. */
const PRODUCTION = await startOfTheImage();
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

/**
 * The same libraries, and then those that Nest's documentation begins with, put together as documented. Both once more
 * as the role of this application, for which the policies hold.
 */
function usualVariants({ adminUrl, environment }: World): Variant[] {
  const servers = [
    { name: 'the same libraries, as usual', script: CONVENTIONAL_SCRIPT },
    { name: 'the usual peer: Express and TypeORM', script: EXPRESS_SCRIPT },
  ];
  const usual = { ...environment, NODE_ENV: 'production' };
  return servers.flatMap(({ name, script }) => [
    { name, script, environment: { ...usual, DATABASE_URL: adminUrl }, nodeOptions: [] },
    {
      name: `${name}, row-level security`,
      script,
      environment: { ...usual, ROW_LEVEL_SECURITY: 'on' },
      nodeOptions: [],
    },
  ]);
}

/** What runs in production. */
export function fullVariant({ environment }: World): Variant {
  return {
    name: FULL_NAME,
    script: FULL_SCRIPT,
    environment: { ...environment, ...PRODUCTION.environment },
    nodeOptions: PRODUCTION.nodeOptions,
  };
}

export function redisVariant(world: World): Variant[] {
  const { redisUrl } = world;
  const { environment, ...full } = fullVariant(world);
  return redisUrl === null
    ? []
    : [
        {
          ...full,
          name: `${FULL_NAME}, buckets in Redis`,
          environment: { ...environment, REDIS_URL: redisUrl },
        },
      ];
}

/** The application out of the support code of the tests: whole, and with one practice after the other left out. */
function removedVariant(world: World, without: PracticeRemoval): Variant {
  return {
    name: without === 'nothing' ? 'control: nothing left out' : `without ${without}`,
    script: REMOVED_SCRIPT,
    environment: {
      ...world.environment,
      ...PRODUCTION.environment,
      BENCH_WITHOUT: without,
      BENCH_ADMIN_URL: world.adminUrl,
    },
    nodeOptions: PRODUCTION.nodeOptions,
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

async function startOfTheImage(): Promise<Pick<Variant, 'nodeOptions' | 'environment'>> {
  const dockerfile = await readFile('Dockerfile', 'utf8');
  const [, command = '[]'] = /^CMD (\[.*"dist\/main\.js"\])$/m.exec(dockerfile) ?? [];
  const variables = [...dockerfile.matchAll(/^ENV (MALLOC_\w+)=(\S+)$/gm)];
  return {
    nodeOptions: (JSON.parse(command) as string[]).filter((word) => word.startsWith('--')),
    environment: Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value])),
  };
}
