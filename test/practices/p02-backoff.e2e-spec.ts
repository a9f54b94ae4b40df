import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchWithBackoff, RetryBudget, type BackoffOptions } from '../../dev/examples/fetch-with-backoff.ts';
import { BEHIND_PROXY, LimitedModule } from '../support/limited-routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack that nobody means: a thousand clients are refused together, come back together, and
 * bring down what was only busy. The example client waits, at random, as long as it is told.
 */

/** A server that gives these answers, and a client whose waiting takes no time. */
function scripted(answers: (Response | Error)[], options: BackoffOptions = {}) {
  const waits: number[] = [];
  let attempts = 0;
  const all: BackoffOptions = {
    random: () => 0,
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    fetch: () => {
      const answer = answers[Math.min(attempts, answers.length - 1)];
      attempts += 1;
      return answer instanceof Response ? Promise.resolve(answer.clone()) : Promise.reject(answer);
    },
    ...options,
  };
  return {
    waits,
    attempts: () => attempts,
    send: (init?: RequestInit) => fetchWithBackoff('http://api.example/', init, all),
  };
}

const busy = (retryAfter?: string, status = 503): Response =>
  new Response('', { status, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) });
const fine = new Response('', { status: 200 });

describe('the example client', () => {
  it('[P2.4] waits longer each time, at random between nothing and the limit', async () => {
    const highest = scripted([busy()], { random: () => 0.999_999, maxDelayMilliseconds: 1000 });
    const lowest = scripted([busy()], { random: () => 0 });

    const answers = [await highest.send(), await lowest.send()];

    expect(highest.waits.map(Math.round)).toEqual([200, 400, 800, 1000]);
    expect(lowest.waits).toEqual([0, 0, 0, 0]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 7000],
    ['a date in the past', 'Sat, 05 Nov 1994 08:49:37 GMT', 0],
    ['nonsense', '-3', 0],
    ['nothing', '', 0],
  ])('[P2.4] waits as long as it is told: %s', async (_form, value, expected) => {
    const now = (): number => Date.parse('Sun, 06 Nov 1994 08:49:30 GMT');
    const { send, waits } = scripted([busy(value), fine], { now });

    expect((await send()).status).toBe(200);
    expect(waits).toEqual([expected]);
  });

  it('[P2.4] waits no longer than its caller allows, but hands the answer on', async () => {
    const { send, waits } = scripted([busy('3600'), fine], { maxDelayMilliseconds: 60_000 });

    const answer = await send();

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3600']);
    expect(waits).toEqual([]);
  });

  it.each([
    [{ method: 'GET' }, 5],
    [{ method: 'DELETE' }, 5],
    [{ method: 'POST', body: '{}' }, 1],
    [{ method: 'PATCH', body: '{}' }, 1],
    [{ method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'a-key-of-its-own' } }, 5],
    [{ method: 'PUT', body: new ReadableStream(), duplex: 'half' }, 1],
  ])('[P2.4] repeats only what may be repeated: %j', async (init, expected) => {
    const { send, attempts } = scripted([busy()]);

    await send(init as RequestInit);

    expect(attempts()).toBe(expected);
  });

  it.each([400, 401, 403, 404, 409, 422, 500])('[P2.4] takes %i for an answer', async (status) => {
    const { send, attempts } = scripted([busy('1', status)]);

    await send();

    expect(attempts()).toBe(1);
  });

  it('[P2.4] tries again after a broken connection, and tells of the last one', async () => {
    const recovering = scripted([new TypeError('broken'), fine]);
    const lost = scripted([new TypeError('broken')]);

    expect((await recovering.send()).status).toBe(200);
    await expect(lost.send()).rejects.toThrow('broken');
    expect(lost.attempts()).toBe(5);
  });

  it('[P2.4] adds a tenth to the load of a server that fails for everybody, and no more', async () => {
    const { send, attempts } = scripted([busy()], { budget: new RetryBudget(10, 0.1) });

    for (let request = 0; request < 100; request += 1) {
      await send();
    }

    expect(attempts()).toBeLessThanOrEqual(100 + 10 + 10);
    expect(attempts()).toBeGreaterThan(100);
  });

  it('[P2.4] stops waiting when it is told to', async () => {
    const controller = new AbortController();
    const sending = fetchWithBackoff(
      'http://api.example/',
      { signal: controller.signal },
      { fetch: () => Promise.resolve(busy('30')) },
    );
    const reason = new Error('enough');

    setImmediate(() => controller.abort(reason));

    await expect(sending).rejects.toBe(reason);
  });
});

describe('the example client and the limits', () => {
  const environment = { ...BEHIND_PROXY, RATE_LIMIT_ANONYMOUS: '60/hour burst 2' };
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ environment, modules: [LimitedModule] });
  });
  afterAll(() => app.stop());

  /** Asks three times more than the bucket has; the time that the client waits passes at once. */
  async function waitsFor(
    instance: TestApp,
    address: string,
  ): Promise<{ statuses: number[]; waits: number[] }> {
    const [statuses, waits]: [number[], number[]] = [[], []];
    const sleep = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve(instance.clock.advanceSeconds(milliseconds / 1000));
    };
    for (let request = 0; request < 5; request += 1) {
      const headers = { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' };
      const answer = await fetchWithBackoff(`${instance.url}/limited/open`, { headers }, { sleep });
      statuses.push(answer.status);
    }
    return { statuses, waits };
  }

  it('[P2.4] needs one wait for each refusal, because the server names the right time', async () => {
    const { statuses, waits } = await waitsFor(app, '198.51.100.1');

    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(waits).toHaveLength(3);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(59_000);
  });

  it('[P2.4] counter-proof: of a server that does not name it, the client can only guess', async () => {
    const careless = await createTestApp({
      environment,
      modules: [LimitedModule],
      besides: app,
      removal: without('announced waits'),
    });

    const { statuses, waits } = await waitsFor(careless, '198.51.100.2');

    expect(statuses.slice(2)).toEqual([429, 429, 429]);
    expect(waits.length).toBeGreaterThan(3);
    await careless.stop();
  });
});
