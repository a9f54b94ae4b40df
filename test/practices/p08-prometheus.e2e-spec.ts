import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ATTACKED_ENVIRONMENT, at, times } from '../support/alerts.js';
import { aPerson } from '../support/api-keys.js';
import { aCustomer } from '../support/customers.js';
import { expressionsOf, readDashboard, type Dashboard } from '../support/dashboard.js';
import { PrometheusServer } from '../support/prometheus-server.js';
import { hasPrometheusTools } from '../support/prometheus-tools.js';
import { METRICS_ENVIRONMENT } from '../support/scraper.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody guesses tokens, each time from another address. And nobody is told, because Prometheus does not
 * reach the metrics, or they do not move, or a rule does not mean what its author thought.
 */

const OPTIONS = { environment: { ...METRICS_ENVIRONMENT, ...ATTACKED_ENVIRONMENT } };
const SPIKE = 'FailedAuthenticationSpike';
const GUESSES = 150;
const ORDINARY = 20;
const STRANGER = '198.51.100.1';
const POLL = { timeout: 15_000, interval: 200 };

interface Watched {
  readonly own: TestApp;
  readonly prometheus: PrometheusServer;
}

const started: PrometheusServer[] = [];

/** An application, and a Prometheus of its own that has just found it. */
async function watched(options: TestAppOptions = {}): Promise<Watched> {
  const own = await createTestApp({ ...OPTIONS, ...options });
  const prometheus = await PrometheusServer.start(own);
  started.push(prometheus);
  await seen(prometheus, 'up{job="secure-api"}', 1);
  await seen(prometheus, 'push_channel_connected', 1);
  return { own, prometheus };
}

/** Waits until a number has arrived at Prometheus. */
async function seen(prometheus: PrometheusServer, expression: string, expected: number): Promise<void> {
  await vi.waitFor(async () => {
    const samples = await prometheus.query(expression);
    expect(samples.map(({ value }) => Number(value[1]))).toEqual([expected]);
  }, POLL);
}

async function ordinaryTraffic(own: TestApp): Promise<void> {
  const caller = await aPerson(own);
  await times(ORDINARY / 2, async () => {
    const { body } = await caller.post('/v2/customers', aCustomer());
    await caller.get(`/v2/customers/${body.id}`);
  });
  await at(own, STRANGER).withToken('mistyped').get('/v2/customers');
}

const guessTokens = (own: TestApp): Promise<void> =>
  times(GUESSES, async (index) => {
    const { status } = await at(own, `203.0.113.${index}`).withToken(`guess-${index}`).get('/v2/customers');
    expect(status).toBe(401);
  });

/** No TLS of our own, no fault and no sink: nothing to show. */
const WITHOUT_CAUSE = ['Certificate ends in', 'Failures by route', 'Alert deliveries'];

/** Panels without a sample, and labels that a legend names and no sample has. */
async function gapsIn(dashboard: Dashboard, prometheus: PrometheusServer): Promise<string[]> {
  const gaps = expressionsOf(dashboard).map(async ({ title, text, legend }) => {
    const samples = await prometheus.query(text);
    const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    const missing = labels.filter((label) => samples.some(({ metric }) => !metric[label]));
    return samples.length === 0 ? [title] : missing.map((label) => `${title}: ${label}`);
  });
  return (await Promise.all(gaps)).flat();
}

describe.skipIf(!hasPrometheusTools())('a Prometheus that watches', () => {
  let attacked: Watched;
  let shown: Watched;
  let gone: Watched;
  let blind: Watched;

  // All at once: a Prometheus takes five seconds to look for what it was told to scrape.
  beforeAll(async () => {
    [attacked, shown, gone, blind] = await Promise.all([
      watched(),
      watched(),
      watched(),
      watched({ removal: without('metrics of security events') }),
    ]);
  });
  afterAll(async () => {
    await Promise.all(started.map((prometheus) => prometheus.stop()));
    await Promise.all([attacked, shown, blind].map(({ own }) => own.stop()));
  });

  it('[P8.4] is quiet while nothing happens, and tells of an attack while it lasts', async () => {
    const { own, prometheus } = attacked;

    await ordinaryTraffic(own);
    await seen(prometheus, 'sum(http_requests_total{status=~"2.."})', ORDINARY);
    const rules = await prometheus.evaluated();
    const before = await prometheus.firing();
    await guessTokens(own);

    expect(rules).toContain(SPIKE);
    expect(rules.filter((rule) => rule.includes(' '))).toEqual([]);
    expect(before).toEqual([]);
    await vi.waitFor(async () => expect(await prometheus.firing()).toContain(SPIKE), POLL);
  });

  it('[P8.4] tells of an instance that is gone', async () => {
    const { own, prometheus } = gone;
    await prometheus.evaluated();
    const before = await prometheus.firing();

    await own.stop();

    expect(before).toEqual([]);
    await vi.waitFor(async () => expect(await prometheus.firing()).toContain('TargetDown'), POLL);
  });

  it('[P8.4] fills the panels of the dashboard, with the labels that their legends name', async () => {
    const { own, prometheus } = shown;
    const dashboard = await readDashboard();

    await ordinaryTraffic(own);
    await at(own, STRANGER).get('/v1/customers');
    await times(30, () => at(own, STRANGER).withToken('guess').get('/v2/customers'));

    await vi.waitFor(async () => expect(await gapsIn(dashboard, prometheus)).toEqual(WITHOUT_CAUSE), POLL);
  });

  it('[P8.4] counter-proof: without a series for a panel, or a label for its legend, there is a gap', async () => {
    const dashboard = JSON.stringify(await readDashboard());
    const gapsWith = (before: string, after: string): Promise<string[]> =>
      gapsIn(JSON.parse(dashboard.replace(before, after)) as Dashboard, shown.prometheus);

    await vi.waitFor(async () => {
      expect(await gapsWith('database_connections', 'database_pool')).toContain('Database connections');
      expect(await gapsWith('{{state}}', '{{pool}}')).toContain('Database connections: pool');
    }, POLL);
  });

  it('[P8.4] counter-proof: without the metric of events, the guesses go unnoticed', async () => {
    const { own, prometheus } = blind;

    await guessTokens(own);
    await seen(prometheus, 'sum(http_requests_total{status="401"})', GUESSES);
    const rules = await prometheus.evaluated();

    expect(rules).toContain(SPIKE);
    // What a detector has raised still arrives, so it is not Prometheus that is blind.
    await vi.waitFor(async () => expect(await prometheus.firing()).toEqual(['ApplicationAlert']), POLL);
  });
});
