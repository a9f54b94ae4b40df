import { describe, expect, it } from 'vitest';
import { wholeVariants } from './variants.js';
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

  it('each run a program and have a name of their own', () => {
    const servers = wholeVariants(WORLD);

    expect(new Set(servers.map(({ script }) => script)).size).toBe(servers.length);
    expect(new Set(servers.map(({ name }) => name)).size).toBe(servers.length);
  });

  it('are all open to the rows, but for the application, which has its own role', () => {
    const urls = wholeVariants(WORLD).map(({ script, environment }) => [script, environment['DATABASE_URL']]);

    expect(urls.filter(([, url]) => url !== WORLD.adminUrl)).toEqual([
      ['dist/main.js', WORLD.environment['DATABASE_URL']],
    ]);
  });
});
