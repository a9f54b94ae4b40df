import { readFile } from 'node:fs/promises';
import type { ServedMetric } from './metrics-table.js';

interface Source {
  readonly type: string;
  readonly uid: string;
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: Source;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly editable: boolean;
  readonly templating: {
    readonly list: readonly { readonly datasource: Source; readonly query: { readonly query: string } }[];
  };
  readonly panels: readonly Panel[];
}

/** One question of the dashboard to Prometheus, and who asks it. */
export interface Expression {
  readonly title: string;
  readonly text: string;
  /** How each of its series is named, with labels in braces. */
  readonly legend: string;
}

export const DASHBOARD = 'deploy/grafana/dashboards/secure-api.json';

export async function readDashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;
}

/** The panels that show something; a row is a heading. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

/** Everything that is asked of Prometheus, with the variables as Grafana fills them in for all instances. */
export function expressionsOf(dashboard: Dashboard): Expression[] {
  const ofVariables = dashboard.templating.list.map(({ query: { query } }) => ({
    title: 'variable',
    text: /^label_values\((.*), \w+\)$/.exec(query)?.[1] ?? query,
    legend: '',
  }));
  const ofPanels = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ title, text: expr, legend: legendFormat })),
  );
  return [...ofVariables, ...ofPanels].map(({ text, ...asked }) => ({
    ...asked,
    text: text.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.+'),
  }));
}

/** Made by Prometheus itself for each scrape. */
const OF_PROMETHEUS = 'up';

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const OPERATORS = new Set(['and', 'or', 'unless', 'offset', 'bool']);

/** The metrics of an expression: what is left when labels, ranges, functions and operators are taken away. */
export function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ').replaceAll(GROUPING, ' ');
  return [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !OPERATORS.has(name));
}

/** The metrics that a dashboard asks for and no application serves, each with the panel. */
export function unservedMetrics(dashboard: Dashboard, served: readonly ServedMetric[]): string[] {
  const series = new Set(served.flatMap(({ name, type }) => (type === 'histogram' ? partsOf(name) : [name])));
  return expressionsOf(dashboard).flatMap(({ title, text }) =>
    metricsIn(text)
      .filter((name) => name !== OF_PROMETHEUS && !series.has(name))
      .map((name) => `${title}: ${name}`),
  );
}

function partsOf(histogram: string): string[] {
  return ['bucket', 'count', 'sum'].map((part) => `${histogram}_${part}`);
}
