import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { ManagementServer } from '../../src/monitoring/metrics/management-server.js';
import { freePort } from './free-port.js';
import { writePrometheusSettings } from './prometheus-settings.js';
import type { TestApp } from './test-app.js';

/** One series of an answer: its labels, its time and its value. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, value: string];
}

interface RuleGroups {
  readonly groups: readonly {
    readonly lastEvaluation: string;
    readonly rules: readonly { readonly name: string; readonly health: string }[];
  }[];
}

/** A real Prometheus with the deployed settings and rules, which asks one application every second. */
export class PrometheusServer {
  private constructor(
    private readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async start({ nest }: Pick<TestApp, 'nest'>): Promise<PrometheusServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'prometheus-'));
    const target = `127.0.0.1:${nest.get(ManagementServer, { strict: false }).port}`;
    await writePrometheusSettings(folder, target);
    const port = await freePort();
    const options = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const child = spawn('prometheus', options, { stdio: ['ignore', 'ignore', 'inherit'] });
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    });
    try {
      await vi.waitFor(() => server.ask('/-/ready'), { timeout: 20_000, interval: 50 });
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.data<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`);
    return result;
  }

  /** The names of the alerts that fire, each once. */
  async firing(): Promise<string[]> {
    const { alerts } = await this.data<{
      alerts: { state: string; labels: { alertname: string } }[];
    }>('alerts');
    const names = alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    return [...new Set(names)].toSorted();
  }

  /** The names of the rules, once each of them was evaluated after this moment, and without an error. */
  async evaluated(): Promise<string[]> {
    const now = Date.now();
    return vi.waitFor(
      async () => {
        const { groups } = await this.data<RuleGroups>('rules');
        if (groups.some(({ lastEvaluation }) => Date.parse(lastEvaluation) <= now)) {
          throw new Error('a group of rules is still to be evaluated');
        }
        return groups.flatMap(({ rules }) =>
          rules.map(({ name, health }) => (health === 'ok' ? name : `${name} (${health})`)),
        );
      },
      { timeout: 10_000, interval: 100 },
    );
  }

  private async data<T>(resource: string): Promise<T> {
    const response = await this.ask(`/api/v1/${resource}`);
    return ((await response.json()) as { data: T }).data;
  }

  private async ask(resource: string): Promise<Response> {
    const response = await fetch(this.url + resource);
    if (!response.ok) {
      throw new Error(`${resource}: ${response.status} ${await response.text()}`);
    }
    return response;
  }
}
