import { ManagementServer } from '../../src/monitoring/metrics/management-server.js';
import type { TestApp } from './test-app.js';

/** With these variables an application serves its metrics. */
export const METRICS_ENVIRONMENT = { MANAGEMENT_PORT: '0' };

/** Asks the management port of an application. */
export function askManagement(
  app: Pick<TestApp, 'nest'>,
  path: string,
  options?: RequestInit,
): Promise<Response> {
  const { port } = app.nest.get(ManagementServer, { strict: false });
  return fetch(`http://127.0.0.1:${port}${path}`, options);
}

/** The samples of one metric, such as `name{label="value"} 1`. */
export async function samplesOf(app: Pick<TestApp, 'nest'>, metric: string): Promise<string[]> {
  const text = await (await askManagement(app, '/metrics')).text();
  return text.split('\n').filter((line) => line.startsWith(metric));
}
