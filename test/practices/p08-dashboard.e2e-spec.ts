import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CATALOGUE } from '../../src/platform/events/security-event.js';
import {
  DASHBOARD,
  expressionsOf,
  metricsIn,
  panelsOf,
  readDashboard,
  unservedMetrics,
  type Dashboard,
} from '../support/dashboard.js';
import { servedMetrics } from '../support/metrics-table.js';
import { hasPrometheusTools, runTool } from '../support/prometheus-tools.js';
import { METRICS_ENVIRONMENT } from '../support/scraper.js';
import { createTestApp } from '../support/test-app.js';

/*
 * The attack is a panel that has been empty since a metric was renamed: whoever looks at it during an attack sees
 * a flat line, and takes it for calm.
 */

const PROVIDER = 'deploy/grafana/provisioning/dashboards/secure-api.yml';
const SOURCE = 'deploy/grafana/provisioning/datasources/prometheus.yml';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await readDashboard();
});

/** The dashboard after a careless edit, which must be one. */
function edited(before: string, after: string): Dashboard {
  const text = JSON.stringify(dashboard);
  const changed = text.replaceAll(before, after);
  expect(changed).not.toBe(text);
  return JSON.parse(changed) as Dashboard;
}

async function served() {
  const app = await createTestApp({ environment: METRICS_ENVIRONMENT });
  onTestFinished(() => app.stop());
  return servedMetrics(app);
}

/** What Prometheus says of all expressions, each written down as a rule. */
async function checkExpressions(of: Dashboard): Promise<{ ok: boolean; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dashboard-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'rules.json');
  // JSON is YAML as well.
  const rules = expressionsOf(of).map(({ text }, index) => ({ record: `panel:${index}`, expr: text }));
  await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  return runTool('promtool', 'check', 'rules', file);
}

/** The only value of a key in a file of settings. */
async function valueIn(file: string, key: string): Promise<string | undefined> {
  const values = [...(await readFile(file, 'utf8')).matchAll(new RegExp(`^[ -]+${key}: (.+)$`, 'gm'))];
  expect(values).toHaveLength(1);
  return values[0]?.[1];
}

describe('the dashboard', () => {
  it('[P8.4] asks for metrics that an application serves, and for nothing else', async () => {
    const asked = new Set(expressionsOf(dashboard).flatMap(({ text }) => metricsIn(text)));

    expect(asked.size).toBeGreaterThan(15);
    expect(unservedMetrics(dashboard, await served())).toEqual([]);
  });

  it('[P8.4] names security events that the application reports', () => {
    const matched = expressionsOf(dashboard).flatMap(({ text }) =>
      [...text.matchAll(/\bevent=~?"([^"]*)"/g)].flatMap(([, names = '']) => names.split('|')),
    );

    expect(matched).toContain('authn_login_fail');
    expect(matched.filter((name) => !Object.hasOwn(CATALOGUE, name))).toEqual([]);
  });

  it('[P8.4] says of every panel what to look for, in which unit, and asks the provisioned source', async () => {
    const uid = await valueIn(SOURCE, 'uid');
    const panels = panelsOf(dashboard);

    expect(panels.length).toBeGreaterThanOrEqual(16);
    for (const { title, description, datasource, fieldConfig, targets } of panels) {
      expect(description, title).toMatch(/^[A-Z].{30,}\.$/);
      expect(fieldConfig?.defaults.unit, title).toMatch(/^\w+$/);
      expect(datasource, title).toEqual({ type: 'prometheus', uid });
      expect(targets, title).not.toEqual([]);
    }
    expect(dashboard.templating.list.map(({ datasource }) => datasource.uid)).toEqual([uid]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('[P8.4] lies where Grafana looks for it, and is changed in its file only', async () => {
    const folder = await valueIn(PROVIDER, 'path');

    expect(folder).toBe(path.posix.join('/etc/grafana', path.basename(path.dirname(DASHBOARD))));
    expect(await valueIn(PROVIDER, 'allowUiUpdates')).toBe('false');
    expect(dashboard).toMatchObject({ uid: await valueIn(PROVIDER, 'name'), editable: false });
  });

  it('[P8.4] counter-proof: a metric that was renamed is found, with its panel', async () => {
    const renamed = edited('audit_events_lost_total', 'audit_lost_total');
    const bare = edited('http_request_duration_seconds_bucket', 'http_request_duration_seconds');

    const metrics = await served();

    expect(unservedMetrics(renamed, metrics)).toEqual(['Lost events: audit_lost_total']);
    expect(unservedMetrics(bare, metrics)).toEqual([
      'Latency by route, p50: http_request_duration_seconds',
      'Latency by route, p99: http_request_duration_seconds',
    ]);
  });
});

describe.skipIf(!hasPrometheusTools())('the expressions of the dashboard', () => {
  it('[P8.4] are understood by Prometheus', async () => {
    const { ok, output } = await checkExpressions(dashboard);

    expect(output).toContain(`${expressionsOf(dashboard).length} rules found`);
    expect(ok, output).toBe(true);
  });

  it('[P8.4] counter-proof: one that is broken is found', async () => {
    const broken = edited('sum by (sink, outcome) (', 'sum by (sink, outcome ');

    const { ok, output } = await checkExpressions(broken);

    expect(output).toContain('alert_deliveries_total');
    expect(ok).toBe(false);
  });

  it('[P8.4] counter-proof: a variable that nobody fills in is found', async () => {
    const { ok } = await checkExpressions(edited('[$__rate_interval]', '[$window]'));

    expect(ok).toBe(false);
  });
});
