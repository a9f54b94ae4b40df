import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatheredWrites } from './gathered-writes.js';

interface Count {
  readonly tenantId: string;
  readonly name: string;
  count: number;
}

/** Gathers counts; writes of a tenant among `failing` fail. */
function gather({ maxEntries = 10 } = {}) {
  const written: string[] = [];
  const failing = new Set<string>();
  const writes = new GatheredWrites<Count>({
    maxEntries,
    failure: 'later',
    write: async (tenantId, entries) => {
      // Whatever is counted meanwhile belongs to the next time.
      await Promise.resolve();
      if (failing.has(tenantId)) {
        throw new Error('away');
      }
      written.push(`${tenantId}: ${entries.map(({ name, count }) => `${name}=${count}`).join(' ')}`);
    },
    merge: (later, earlier) => void (later.count += earlier.count),
  });
  const count = (tenantId: string, name: string): boolean => {
    const entry = writes.entryOf(`${tenantId} ${name}`, () => ({ tenantId, name, count: 0 }));
    if (entry) {
      entry.count += 1;
    }
    return entry !== undefined;
  };
  return { writes, written, failing, count };
}

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

describe('gathered writes', () => {
  it('are one for each tenant, and none of what was written before', async () => {
    const { writes, written, count } = gather();
    ['a', 'b', 'a'].forEach((name) => count('acme', name));
    count('globex', 'a');

    await writes.flush();
    await writes.flush();

    expect(written).toEqual(['acme: a=2 b=1', 'globex: a=1']);
  });

  it('that fail are kept and added to what came meanwhile; other tenants do not wait', async () => {
    const { writes, written, failing, count } = gather();
    failing.add('acme');
    ['a', 'b'].forEach((name) => count('acme', name));
    count('globex', 'a');
    const flushed = writes.flush();
    count('acme', 'a');
    await flushed;
    failing.clear();

    await writes.stop();

    expect(written).toEqual(['globex: a=1', 'acme: a=2 b=1']);
  });

  it('are bounded, those that are on their way among them', async () => {
    const { writes, written, failing, count } = gather({ maxEntries: 2 });
    failing.add('acme');
    const taken = ['a', 'b', 'c', 'a'].map((name) => count('acme', name));
    const flushed = writes.flush();
    await Promise.resolve();
    const meanwhile = count('acme', 'd');
    await flushed;
    failing.clear();

    await writes.flush();

    expect([taken, meanwhile]).toEqual([[true, true, false, true], false]);
    expect(written).toEqual(['acme: a=2 b=1']);
    expect(count('acme', 'd')).toBe(true);
  });
});
