import { describe, expect, it } from 'vitest';
import { fullVariant, wholeVariants } from './variants.js';
import type { World } from './world.js';

const WORLD: World = {
  environment: { DATABASE_URL: 'postgresql://application@127.0.0.1/a' },
  adminUrl: 'postgresql://admin@127.0.0.1/a',
  redisUrl: null,
  targets: () => Promise.resolve({ paths: [], tokens: [] }),
  stop: () => Promise.resolve(),
};

describe('the servers that are measured beside each other', () => {
  it('begin with the floor, which the others are compared with', () => {
    expect(wholeVariants(WORLD)[0]?.name).toMatch(/^floor/);
  });

  it('each have a name of their own', () => {
    const names = wholeVariants(WORLD).map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('are open to the rows, but for the application and those that name the tenant', () => {
    const bound = wholeVariants(WORLD).filter(
      ({ environment }) => environment['DATABASE_URL'] !== WORLD.adminUrl,
    );

    expect(bound.map(({ script, environment }) => [script, environment['ROW_LEVEL_SECURITY']])).toEqual([
      ['.bench/bench/servers/conventional.js', 'on'],
      ['.bench/bench/servers/express-typeorm.js', 'on'],
      ['dist/main.js', undefined],
    ]);
  });

  it('have the application among them as its image starts it', () => {
    const { environment, nodeOptions } = fullVariant(WORLD);

    expect(environment).toMatchObject({ MALLOC_ARENA_MAX: '1' });
    expect(nodeOptions).toContain('--no-maglev');
  });
});
