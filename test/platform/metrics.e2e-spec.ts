import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManagementServer } from '../../src/monitoring/metrics/management-server.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { withMetricsTable } from '../support/metrics-table.js';
import { askManagement, METRICS_ENVIRONMENT, samplesOf } from '../support/scraper.js';
import { slowSenders } from '../support/slow-senders.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/* Metrics are for the monitoring: on a port of their own, and nothing beside them. */

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ environment: METRICS_ENVIRONMENT });
});
afterAll(() => app.stop());

const managementOf = ({ nest }: TestApp): ManagementServer => nest.get(ManagementServer, { strict: false });
const countIn = ({ nest }: TestApp): void =>
  nest
    .get(Metrics, { strict: false })
    .counter({ name: 'things_total', help: 'Things.', labels: ['kind'] })
    .inc({ kind: 'a' });

describe('docs/METRICS.md', () => {
  it('has the name, type, labels and meaning of every metric that is served', async () => {
    const own = await createTestApp({ besides: app, environment: METRICS_ENVIRONMENT });
    const document = await readFile(new URL('../../docs/METRICS.md', import.meta.url), 'utf8');

    await expect(await withMetricsTable(document, own)).toMatchFileSnapshot('../../docs/METRICS.md');
    await own.stop();
  });
});

describe('the management port', () => {
  it('serves the counters of its own application, in the format of Prometheus', async () => {
    const other = await createTestApp({ besides: app, environment: METRICS_ENVIRONMENT });
    countIn(app);
    countIn(other);

    const response = await askManagement(app, '/metrics');

    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('# TYPE things_total counter\nthings_total{kind="a"} 1\n');
    expect(await samplesOf(other, 'things_total')).toEqual(['things_total{kind="a"} 1']);
    await other.stop();
  });

  it.each([
    ['GET', '/'],
    ['GET', '/metrics/'],
    ['GET', '/metrics?name=x'],
    ['GET', '/v2/customers'],
    ['GET', '/health/live'],
    ['POST', '/metrics'],
    ['HEAD', '/metrics'],
  ])('answers %s %s with 404', async (method, path) => {
    const response = await askManagement(app, path, { method });

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is not there unless somebody asks for it, and the API never serves metrics', async () => {
    const plain = await createTestApp({ besides: app });

    expect(managementOf(plain).port).toBeUndefined();
    expect((await app.api.get('/metrics')).status).toBe(404);
    await plain.stop();
  });

  it('stops a start when it is taken', async () => {
    const port = String(managementOf(app).port);

    await expect(createTestApp({ besides: app, environment: { MANAGEMENT_PORT: port } })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  it('is closed with the application, whoever holds a connection', async () => {
    const own = await createTestApp({ besides: app, environment: METRICS_ENVIRONMENT });
    const { port } = managementOf(own);
    const senders = await slowSenders(`http://127.0.0.1:${port}`, 3, 'GET /metrics HTTP/1.1\r\n', '');
    await samplesOf(own, '');

    await own.stop();

    await Promise.all(senders.map(({ end }) => end));
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
  });
});
