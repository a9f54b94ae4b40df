import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { servedMetrics } from '../support/metrics-table.js';
import { hasPrometheusTools, runTool } from '../support/prometheus-tools.js';
import { METRICS_ENVIRONMENT } from '../support/scraper.js';
import { createTestApp } from '../support/test-app.js';

/*
 * The attack is an alert rule that has never fired: a threshold that nothing reaches, or a metric that nobody
 * serves any more, looks exactly like a quiet night.
 */

const RULES = globSync('deploy/prometheus/rules/*.yml');
const TESTS = globSync('deploy/prometheus/tests/*.test.yml');

const namesIn = async (files: readonly string[], pattern: RegExp): Promise<string[]> => {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name)).toSorted();
};

/** A copy of the rules and their tests, in which every threshold is out of reach. */
async function withoutThresholds(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp('deploy/prometheus', folder, { recursive: true });
  for (const file of globSync(path.join(folder, 'rules/*.yml'))) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/ > [\d.]+/g, ' > 1e12'));
  }
  return folder;
}

describe.skipIf(!hasPrometheusTools())('the rules for Prometheus', () => {
  it('[P8.4] are accepted by Prometheus, and the routes by Alertmanager', () => {
    expect(runTool('promtool', 'check', 'rules', ...RULES)).toMatchObject({ ok: true });
    expect(runTool('promtool', 'check', 'config', 'deploy/prometheus/prometheus.yml')).toMatchObject({
      ok: true,
    });
    expect(runTool('amtool', 'check-config', 'deploy/alertmanager/alertmanager.yml')).toMatchObject({
      ok: true,
    });
  });

  it.each(TESTS)('[P8.4] fire when they must and stay quiet when they must: %s', (file) => {
    expect(runTool('promtool', 'test', 'rules', file)).toMatchObject({ ok: true });
  });

  it('[P8.4] are each seen to fire and seen to stay quiet', async () => {
    const alerts = await namesIn(RULES, /- alert: (\w+)/g);

    expect([...new Set(await namesIn(TESTS, /(\w+) fires:/g))]).toEqual(alerts);
    expect([...new Set(await namesIn(TESTS, /(\w+) stays quiet:/g))]).toEqual(alerts);
  });

  it('[P8.4] ask for metrics that an application serves', async () => {
    const app = await createTestApp({ environment: METRICS_ENVIRONMENT });
    const served = (await servedMetrics(app)).map(({ name }) => name);
    await app.stop();
    const expressions = await namesIn(RULES, /expr:([\s\S]*?)\n +(?:for|labels|annotations):/g);

    const asked = expressions.flatMap((text) => text.match(/\b[a-z]+(?:_[a-z0-9]+)+(?=[{[)\s])/g) ?? []);
    const names = new Set(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')));

    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !served.includes(name))).toEqual([]);
  });

  it('[P8.4] send critical alerts to who is on call, and the others to the team', () => {
    const routeOf = (severity: string): string =>
      runTool(
        'amtool',
        'config',
        'routes',
        'test',
        '--config.file=deploy/alertmanager/alertmanager.yml',
        `severity=${severity}`,
      ).output.split('\n')[0] ?? '';

    expect([routeOf('critical'), routeOf('warning'), routeOf('unheard-of')]).toEqual([
      'on-call',
      'team',
      'team',
    ]);
  });

  it('[P8.4] counter-proof: rules whose thresholds are out of reach fail their tests', async () => {
    const folder = await withoutThresholds();

    const results = ['attacks', 'errors', 'evidence', 'operation'].map(
      (name) => runTool('promtool', 'test', 'rules', path.join(folder, `tests/${name}.test.yml`)).ok,
    );

    expect(results).toEqual([false, false, false, false]);
  });
});
