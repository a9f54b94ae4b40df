import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SelfRotatingKey, type KeyStore } from '../../dev/examples/self-rotating-key.ts';
import { aKeyOf, aPerson } from '../support/api-keys.js';
import { PATIENCE } from '../support/patience.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * What keeps people from rotating keys is the fear that something stops. This client does it by
 * itself, and nobody notices.
 */

const DAY_SECONDS = 86_400;
const UNLIMITED = {
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
  RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
};

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment: UNLIMITED });
});
afterAll(() => app.stop());

class MemoryStore implements KeyStore {
  readonly history: string[];

  constructor(key: string) {
    this.history = [key];
  }

  read(): Promise<string> {
    return Promise.resolve(this.history.at(-1) ?? '');
  }

  write(key: string): Promise<void> {
    this.history.push(key);
    return Promise.resolve();
  }
}

const clientOf = (store: KeyStore, graceSeconds: 0 | 3600 = 3600): SelfRotatingKey =>
  new SelfRotatingKey({ url: app.url, store, graceSeconds });
const statusesOf = async (clients: readonly SelfRotatingKey[], count: number): Promise<Set<number>> => {
  const each = Math.ceil(count / clients.length);
  const calls = clients.flatMap((client) =>
    Array.from({ length: each }, () => client.fetch('/v2/customers?limit=1')),
  );
  return new Set((await Promise.all(calls)).map(({ status }) => status));
};

describe('the example client', () => {
  it('[P6.2] rotates its key when its end is announced, and loses no request', async () => {
    const store = new MemoryStore((await aKeyOf(await aPerson(app), { expiresInDays: 30 })).key);
    const client = clientOf(store);
    const before = await statusesOf([client], 20);
    app.clock.advanceSeconds(20 * DAY_SECONDS);

    const during = await statusesOf([client], 200);
    await vi.waitFor(() => expect(store.history).toHaveLength(2), PATIENCE);
    app.clock.advanceSeconds(3601);
    const after = await statusesOf([client], 20);

    expect([before, during, after]).toEqual([new Set([200]), new Set([200]), new Set([200])]);
    expect(store.history).toHaveLength(2);
  });

  it('[P6.2] shares its store with another process, and one of them rotates', async () => {
    const store = new MemoryStore((await aKeyOf(await aPerson(app), { expiresInDays: 30 })).key);
    const clients = [clientOf(store), clientOf(store)];
    await statusesOf(clients, 4);

    await Promise.all(clients.map((client) => client.rotate()));

    expect(store.history).toHaveLength(2);
    expect(await statusesOf(clients, 20)).toEqual(new Set([200]));
  });

  it('[P6.2] keeps a new key that its store did not take, and stores it the next time', async () => {
    const store = new MemoryStore((await aKeyOf(await aPerson(app))).key);
    const client = clientOf(store, 0);
    const write = vi.spyOn(store, 'write').mockRejectedValueOnce(new Error('the disk is full'));

    await expect(client.rotate()).rejects.toThrow('the disk is full');
    const meanwhile = await client.fetch('/v2/customers?limit=1');
    await client.rotate();

    expect(meanwhile.status).toBe(200);
    expect(write).toHaveBeenCalledTimes(2);
    expect(await statusesOf([clientOf(store)], 2)).toEqual(new Set([200]));
  });

  it('[P6.2] does not rotate again and again while the end is near', async () => {
    const store = new MemoryStore((await aKeyOf(await aPerson(app), { expiresInDays: 2 })).key);
    const client = clientOf(store);
    app.clock.advanceSeconds(1.5 * DAY_SECONDS);

    for (let call = 0; call < 20; call += 1) {
      await client.fetch('/v2/customers?limit=1');
    }

    expect(store.history.length).toBeLessThanOrEqual(2);
  });

  it('[P6.2] learns a key that somebody else has put into its store', async () => {
    const person = await aPerson(app);
    const issued = await aKeyOf(person);
    const store = new MemoryStore(issued.key);
    const client = clientOf(store);
    await client.fetch('/v2/customers?limit=1');
    const rotated = await person.post(`/v2/api-keys/${issued.id}/rotate`, { graceSeconds: 0 });
    await store.write((rotated.body as { key: string }).key);

    expect((await client.fetch('/v2/customers?limit=1')).status).toBe(200);
  });
});
