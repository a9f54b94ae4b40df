import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CustomersRepository } from '../../src/customers/customers.repository.js';
import type { CustomerSummary } from '../../src/customers/customer.js';
import { FairGate } from '../../src/rate-limit/throttling/fair-gate.js';
import { statusesOf, tally } from '../support/limited-routes.js';
import { PATIENCE } from '../support/patience.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a handful of callers ask for everything, again and again, read it slowly or leave
 * in the middle, and the others get nothing. Here the reading of customers stands still until a
 * test lets it go on, so that an export takes as long as the test wants.
 */

const PATH = '/v2/customers/export';
const environment = {
  THROTTLE_MAX_CONCURRENT: '2',
  THROTTLE_MAX_QUEUED: '6',
  THROTTLE_MAX_WAIT_SECONDS: '20',
};

let app: TestApp;

/** Reads of the database that stand still, each with the name of its tenant. */
const waiting: { tenant: string; goOn: () => void }[] = [];
let order: string[] = [];

function holdReads(instance: TestApp): void {
  const repository = instance.nest.get(CustomersRepository);
  vi.spyOn(repository, 'list').mockImplementation(({ tenantId }) => {
    order.push(tenantId);
    return new Promise<CustomerSummary[]>((resolve) => {
      waiting.push({ tenant: tenantId, goOn: () => resolve([]) });
    });
  });
}

beforeAll(async () => {
  app = await createTestApp({ environment });
  holdReads(app);
});
afterAll(() => app.stop());
afterEach(async () => {
  await vi.waitFor(() => {
    letGo();
    expect(inFlight).toBe(0);
  }, PATIENCE);
  order = [];
});

const letGo = (): void => waiting.splice(0).forEach(({ goOn }) => goOn());
const reading = (count: number): Promise<void> =>
  vi.waitFor(() => expect(waiting).toHaveLength(count), PATIENCE);

interface ExportAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

let inFlight = 0;

/** Exports the customers of a tenant; settles when all of it is there, or when it broke off. */
async function exportAs(tenant: string, instance = app, signal?: AbortSignal): Promise<ExportAnswer> {
  const token = await instance.issuer.token({ claims: { tenant, sub: `${tenant}-user` } });
  inFlight += 1;
  try {
    const headers = { authorization: `Bearer ${token}` };
    // Not fetch, which opens another connection after an abort and says nothing on it.
    const options = { headers, agent: false, ...(signal && { signal }) };
    const [answer] = (await once(get(instance.url + PATH, options), 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    return { status: answer.statusCode ?? 0, headers: answer.headers };
  } finally {
    inFlight -= 1;
  }
}

describe('an expensive operation', () => {
  it('[P2.4] goes on as often at once as allowed; the others wait their turn and are served', async () => {
    const exports = ['a', 'b', 'c', 'd'].map((tenant) => exportAs(tenant));
    await reading(2);
    await delay(100);
    const atOnce = waiting.length;

    waiting.shift()?.goOn();
    await reading(2);
    letGo();
    await vi.waitFor(() => {
      letGo();
      expect(inFlight).toBe(0);
    }, PATIENCE);

    expect(atOnce).toBe(2);
    expect((await Promise.all(exports)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('[P2.4] is given out in turn: who asks five times does not delay who asks once', async () => {
    const greedy = [exportAs('greedy'), exportAs('greedy'), exportAs('greedy'), exportAs('greedy')];
    await reading(1);
    await delay(100);
    const modest = exportAs('modest');
    await reading(2);

    waiting.shift()?.goOn();
    await vi.waitFor(() => expect(order).toHaveLength(3), PATIENCE);

    expect(order).toEqual(['greedy', 'modest', 'greedy']);
    await vi.waitFor(() => {
      letGo();
      expect(inFlight).toBe(0);
    }, PATIENCE);
    expect((await Promise.all([...greedy, modest])).map(({ status }) => status)).toEqual(
      Array.from({ length: 5 }, () => 200),
    );
  });

  it('[P2.4] is refused at once when the queue is full, and nothing is read', async () => {
    const entered = vi.spyOn(FairGate.prototype, 'enter');
    const exports = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((tenant) => exportAs(tenant));
    await vi.waitFor(() => expect(entered).toHaveBeenCalledTimes(8), PATIENCE);
    entered.mockRestore();

    const refused = await exportAs('late');

    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '20']);
    expect(order).not.toContain('late');
    expect(app.log.events(String(refused.headers['x-request-id']))).toMatchObject([
      { securityEvent: 'excess_rate_limit_exceeded', limit: 'throttle', reason: 'queue_full' },
    ]);
    await vi.waitFor(() => {
      letGo();
      expect(inFlight).toBe(0);
    }, PATIENCE);
    await Promise.all(exports);
  });

  it('[P2.4] is refused after the longest wait, and not later', async () => {
    const short = { ...environment, THROTTLE_MAX_WAIT_SECONDS: '1' };
    const hasty = await createTestApp({ environment: short, besides: app });
    holdReads(hasty);
    const exports = [exportAs('a', hasty), exportAs('b', hasty)];
    await reading(2);
    const start = performance.now();

    const refused = await exportAs('patient', hasty);

    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(waiting).toHaveLength(2);
    letGo();
    await Promise.all(exports);
    await hasty.stop();
  });

  it('[P2.4] is over for who leaves: while waiting, and while being served', async () => {
    const [served, queued] = [new AbortController(), new AbortController()];
    const leaving = Promise.allSettled([exportAs('a', app, served.signal), exportAs('b')]);
    await reading(2);
    const impatient = Promise.allSettled([exportAs('gone', app, queued.signal)]);
    await delay(50);
    const next = exportAs('next');
    await delay(50);

    queued.abort();
    await delay(50);
    served.abort();
    await delay(50);
    expect(order).not.toContain('next'); // the work for who has left is still under way

    letGo();
    await vi.waitFor(() => expect(order).toContain('next'), PATIENCE);
    await vi.waitFor(() => {
      letGo();
      expect(inFlight).toBe(0);
    }, PATIENCE);
    expect(order).not.toContain('gone');
    expect((await next).status).toBe(200);
    expect(await leaving).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled' }]);
    expect(await impatient).toMatchObject([{ status: 'rejected' }]);
  });

  it('[P2.4] is not begun anew by who asks and hangs up again and again', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const leaving = new AbortController();
      const asked = Promise.allSettled([exportAs(`hasty-${attempt}`, app, leaving.signal)]);
      await (attempt < 2 ? reading(attempt + 1) : delay(50));
      leaving.abort();
      await asked;
    }
    const atOnce = waiting.length;

    letGo();
    const next = exportAs('next');
    await vi.waitFor(() => expect(order).toContain('next'), PATIENCE);
    letGo();

    expect(atOnce).toBe(2);
    expect((await next).status).toBe(200);
  });

  it('[P2.4] keeps no place for requests that were refused or not understood', async () => {
    const token = await app.issuer.token({ claims: { sub: 'clumsy' } });
    const clumsy = app.api.withToken(token);
    const unscoped = app.api.withToken(await app.issuer.token({ claims: { scope: 'customers:write' } }));

    const wrong = [
      ...(await statusesOf(5, () => clumsy.get(`${PATH}?format=xml`))),
      ...(await statusesOf(5, () => clumsy.get(`${PATH}?filter=all`))),
      ...(await statusesOf(5, () => unscoped.get(PATH))),
      ...(await statusesOf(5, () => app.api.get(PATH))),
      ...(await statusesOf(5, () => clumsy.send('HEAD', PATH))),
    ];
    const exports = [exportAs('a'), exportAs('b')];

    expect(tally(wrong)).toEqual({ 200: 5, 400: 10, 401: 5, 403: 5 });
    await reading(2);
    letGo();
    await Promise.all(exports);
  });

  it('[P2.4] costs ten tokens of its caller', async () => {
    const exporting = exportAs('priced');
    await reading(1);
    letGo();

    expect((await exporting).headers['x-ratelimit-remaining']).toBe('4990');
  });

  it('[P2.4] counter-proof: without the queue all of them go on at once', async () => {
    const careless = await createTestApp({ environment, besides: app, removal: without('throttling') });
    holdReads(careless);

    const exports = Array.from({ length: 12 }, () => exportAs('greedy', careless));
    await reading(12);

    letGo();
    expect(tally((await Promise.all(exports)).map(({ status }) => status))).toEqual({ 200: 12 });
    await careless.stop();
  });
});
