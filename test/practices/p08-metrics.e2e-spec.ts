import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import { METRICS_ENVIRONMENT, samplesOf } from '../support/scraper.js';
import { strangeRequests } from '../support/strange-requests.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: whatever nobody measures. A wave of guesses that is a line here and there in the log, and no number
 * that goes up. Or the numbers are the attack: paths and methods that a stranger makes up fill the memory of whoever
 * counts them.
 */

const STRANGE = 10_000;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment: METRICS_ENVIRONMENT });
});
afterAll(() => app.stop());

const besides = (options: Parameters<typeof createTestApp>[0] = {}): Promise<TestApp> =>
  createTestApp({ besides: app, environment: METRICS_ENVIRONMENT, ...options });

const valueOf = async (instance: TestApp, series: string): Promise<number | undefined> => {
  const sample = (await samplesOf(instance, series)).find((line) => line.startsWith(`${series} `));
  return sample === undefined ? undefined : Number(sample.split(' ').at(-1));
};

describe('a request', () => {
  it('[P8.4] is counted under its method, the template of its route and its status', async () => {
    const own = await besides();
    const caller = await own.as();
    await caller.get('/v2/customers?search=alice');
    await caller.get('/v2/customers/018f4d3a-0000-7000-8000-000000000000');
    await caller.get('/v2/customers/018f4d3a-0000-7000-8000-000000000001');
    await own.api.withToken('x').get('/v2/customers');
    await own.api.get('/alice');

    const samples = await samplesOf(own, 'http_requests_total');

    expect(samples.toSorted()).toEqual([
      'http_requests_total{method="GET",route="/v2/customers",status="200"} 1',
      'http_requests_total{method="GET",route="/v2/customers",status="401"} 1',
      'http_requests_total{method="GET",route="/v2/customers/:id",status="404"} 2',
      'http_requests_total{method="GET",route="none",status="404"} 1',
    ]);
    await own.stop();
  });

  it('[P8.4] is timed, and in a bucket of its route', async () => {
    const own = await besides();
    await (await own.as()).get('/v2/customers');
    await own.api.get('/v2/customers');

    const labels = 'method="GET",route="/v2/customers"';
    const read = (suffix: string): Promise<number | undefined> =>
      valueOf(own, `http_request_duration_seconds_${suffix}`);

    expect(await read(`count{${labels}}`)).toBe(2);
    expect(await read(`bucket{le="+Inf",${labels}}`)).toBe(2);
    expect(await read(`sum{${labels}}`)).toBeGreaterThan(0);
    await own.stop();
  });

  it('[P8.4] counter-proof: without the metrics of requests a failing API looks like a quiet one', async () => {
    const blind = await besides({ removal: without('metrics of requests') });

    await blind.api.get('/v2/customers');

    expect(await samplesOf(blind, 'http_requests_total')).toEqual([]);
    await blind.stop();
  });
});

describe('ten thousand strange requests', () => {
  it('[P8.4] leave a handful of series', async () => {
    const own = await besides();

    const answered = await strangeRequests(own.url, STRANGE);
    const samples = await samplesOf(own, 'http_requests_total{');

    expect(answered).toBe(STRANGE);
    expect(samples.length).toBeLessThan(60);
    expect(samples.filter((line) => /strange|alice/.test(line))).toEqual([]);
    await own.stop();
  });

  it('[P8.4] counter-proof: where the caller chooses a label, each leaves a series of its own', async () => {
    const careless = await besides({ removal: without('closed labels') });

    await strangeRequests(careless.url, STRANGE / 20);

    expect((await samplesOf(careless, 'http_requests_total{')).length).toBeGreaterThan(STRANGE / 40);
    await careless.stop();
  });
});

describe('a security event', () => {
  it('[P8.4] is a series before it has happened, so that the first one is an increase', async () => {
    const own = await besides();
    const series = 'security_events_total{event="authn_login_fail"}';

    const before = await valueOf(own, series);
    await own.api.withToken('forged').get('/v2/customers');

    expect([before, await valueOf(own, series)]).toEqual([0, 1]);
    expect(await valueOf(own, 'security_events_total{event="authn_token_reuse"}')).toBe(0);
    await own.stop();
  });

  it('[P8.4] counter-proof: without the metric of events, guesses move no number of theirs', async () => {
    const blind = await besides({ removal: without('metrics of security events') });

    await blind.api.withToken('forged').get('/v2/customers');

    expect(await samplesOf(blind, 'security_events_total')).toEqual([]);
    await blind.stop();
  });
});

describe('what the process and its connections say', () => {
  it('[P8.4] is the same for all applications of a process, and is said once by each', async () => {
    const own = await besides();

    const samples = await Promise.all(
      [app, own].map((instance) => samplesOf(instance, 'process_start_time_seconds ')),
    );

    expect(samples[0]).toHaveLength(1);
    expect(samples[1]).toEqual(samples[0]);
    await own.stop();
  });

  it('[P8.4] tells a pool that is used, and a push channel that stands', async () => {
    await (await app.as()).get('/v2/customers');

    // The application may be using its only connection just now, for something of its own.
    await vi.waitFor(async () => {
      expect(await valueOf(app, 'database_connections{state="idle"}')).toBeGreaterThan(0);
      expect(await valueOf(app, 'database_connections{state="waiting"}')).toBe(0);
    }, PATIENCE);
    await vi.waitFor(async () => expect(await valueOf(app, 'push_channel_connected')).toBe(1), PATIENCE);
  });

  it('[P8.4] has no certificate to warn of where another one speaks TLS', async () => {
    expect(await samplesOf(app, 'certificate_expiry_seconds')).toEqual([]);
    expect(await valueOf(app, 'rate_limit_degraded')).toBe(0);
  });
});
