import type { Registry } from 'prom-client';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { askManagement } from './scraper.js';
import type { TestApp } from './test-app.js';

/** A metric as an application serves it. */
export interface ServedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** Those of the process are described by the library that measures them. */
const OF_THE_PROCESS = /^(process|nodejs)_/;

const BLOCK = /(?<=<!-- metrics -->\n)[\s\S]*?(?=<!-- end of metrics -->)/;

/** Everything that a scrape of an application describes. */
export async function servedMetrics(app: TestApp): Promise<ServedMetric[]> {
  const text = await (await askManagement(app, '/metrics')).text();
  return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = '', help = '', type = '']) => ({ name, type, help }),
  );
}

/** The document with the table of what an application measures. */
export async function withMetricsTable(document: string, app: TestApp): Promise<string> {
  const registry = Reflect.get(app.nest.get(Metrics, { strict: false }), 'registry') as Registry;
  const rows = (await servedMetrics(app))
    .filter(({ name }) => !OF_THE_PROCESS.test(name))
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${labelsOf(registry, name)} | ${help} |`);
  const table = ['| Name | Type | Labels | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return document.replace(BLOCK, () => `\n${table}\n\n`);
}

/** A metric whose first sample is still to come shows none of its labels in a scrape. */
function labelsOf(registry: Registry, name: string): string {
  const metric = registry.getSingleMetric(name) as unknown as { labelNames: string[] };
  return metric.labelNames.map((label) => `\`${label}\``).join(', ') || 'none';
}
